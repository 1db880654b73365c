import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeCall,
  decodeResponse,
  encodeCall,
  encodeFault,
  encodeResponse,
  encodeValue,
  MalformedXml,
  type XmlRpcValue,
} from '../../src/rpc/codec.ts';
import { RpcFault } from '../../src/rpc/faults.ts';

const callOf = (value: string) =>
  `<?xml version="1.0"?><methodCall><methodName>m</methodName><params><param><value>${value}</value></param></params></methodCall>`;
const read = (value: string) => decodeCall(callOf(value)).params[0];

const text = fc.string({
  unit: fc.constantFrom('a', 'é', '😀', '&', '<', '>', '\r', '\n', '\t', ' ', ']]>', '"'),
});
const { value: anyValue } = fc.letrec<{ value: XmlRpcValue }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.boolean(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(number => number || 0),
    fc.constant(null),
    fc.uint8Array(),
    fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') }).map(wholeSeconds),
    fc.array(tie('value')),
    fc.dictionary(text, tie('value')).map(members => Object.fromEntries(Object.entries(members))),
  ),
}));

function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

describe('values', () => {
  test('come back from a call and from an answer as they were', () => {
    fc.assert(
      fc.property(fc.array(anyValue), params => {
        expect(decodeCall(encodeCall('a.b', params))).toEqual({ methodName: 'a.b', params });
        expect(decodeResponse(encodeResponse(params))).toEqual(params);
      }),
      { numRuns: 200 },
    );
  });

  test("are written as Python's xmlrpc.client writes them", () => {
    const script = `import sys, xmlrpc.client as x
sys.stdout.write(x.dumps((1, -7, 1.5, True, "a&<b>\\n", b"abc", [1, []], {"k": {"l": ""}}), "a.b"))`;
    const python = spawnSync('/usr/bin/python3', ['-c', script], { encoding: 'utf8' });
    const bytes = Buffer.from('abc');
    const params = [1, -7, 1.5, true, 'a&<b>\n', bytes, [1, []], { k: { l: '' } }];
    expect(encodeCall('a.b', params)).toBe(python.stdout);
  });

  test.each([
    ['<int> 5 </int>', 5],
    ['<i4>-5</i4>', -5],
    ['<i8>5000000000</i8>', 5_000_000_000],
    ['<double>-1.5e3</double>', -1500],
    ['<boolean>1</boolean>', true],
    ['<boolean>0</boolean>', false],
    ['<string/>', ''],
    ['<string></string>', ''],
    ['', ''],
    [' bare ', ' bare '],
    ['\n <string> kept </string>\n', ' kept '],
    ['<nil/>', null],
    ['<array><data/></array>', []],
    ['<struct/>', {}],
    ['<string><![CDATA[<&\r\n]]>b<!-- no -->c</string>', '<&\nbc'],
    ['<string>&lt;&#65;&#x1F600;&apos;</string>', "<A😀'"],
    ['<string>a\r\nb\rc&#13;</string>', 'a\nb\nc\r'],
    ['<string a="1" b=\'>\'>x</string >', 'x'],
    ['<dateTime.iso8601>20240102T03:04:05</dateTime.iso8601>', new Date('2024-01-02T03:04:05Z')],
    ['<base64>\nYW\nJj\n</base64>', new Uint8Array([97, 98, 99])],
  ])('%s is read as %j', (xml, value) => {
    expect(read(xml)).toEqual(value);
  });

  test('a number beyond 32 bits is written as i8, beyond 53 as double', () => {
    expect(encodeValue(2 ** 31)).toBe('<value><i8>2147483648</i8></value>');
    expect(encodeValue(-(2 ** 31))).toBe('<value><int>-2147483648</int></value>');
    expect(encodeValue(1e21)).toBe('<value><double>1e+21</double></value>');
  });

  test('a member called __proto__ is a member like others', () => {
    const struct = read(
      '<struct><member><name>__proto__</name><value><int>1</int></value></member></struct>',
    );
    expect(Object.keys(struct as object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(struct)).toBe(Object.prototype);
  });
});

describe('characters that XML cannot carry', () => {
  test('are shown by their pictures, halves of a pair by U+FFFD, and the rest is untouched', () => {
    expect(decodeResponse(encodeResponse('\x1b[31m\0\x7f\ud800é\uffff'))).toBe('␛[31m␀\x7f\ufffdé\ufffd');
  });

  test("leave an answer that Python's parser reads", () => {
    const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    const script =
      'import sys, xmlrpc.client as x; sys.stdout.write(ascii(x.loads(sys.stdin.buffer.read())[0][0]))';
    const python = spawnSync('/usr/bin/python3', ['-c', script], {
      input: encodeResponse(all),
      encoding: 'utf8',
    });
    expect(python.stderr).toBe('');
    expect(python.stdout).toContain(String.raw`\u2400\u2401`);
    expect(python.stdout).toContain(String.raw`\t\n\u240b\u240c\r\u240e`);
  });

  test('are let in, raw or by number', () => {
    expect(read('<string>\x03&#27;</string>')).toBe('\x03\x1b');
  });
});

describe('calls', () => {
  test('may come without params, with remarks, a BOM and as bytes', () => {
    const xml =
      '\ufeff<?xml version="1.0"?>\n<!-- hello -->\n<methodCall><methodName> a.b </methodName></methodCall>\n';
    expect(decodeCall(Buffer.from(xml))).toEqual({ methodName: 'a.b', params: [] });
    expect(decodeCall(xml)).toEqual({ methodName: 'a.b', params: [] });
  });

  test.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['another document', '<html></html>'],
    ['an answer', encodeResponse(1)],
    ['an empty method name', '<methodCall><methodName></methodName></methodCall>'],
    ['a missing method name', '<methodCall><params/></methodCall>'],
    ['an unclosed document', '<methodCall><methodName>a</methodName>'],
    ['an unclosed text', '<methodCall><methodName>a'],
    ['crossed tags', '<methodCall><methodName>a</methodCall></methodName>'],
    ['a second document', `${callOf('x')}<methodCall/>`],
    ['an unclosed comment', '<methodCall><!-- <methodName>'],
    ['an unknown type', callOf('<word>1</word>')],
    ['a word as int', callOf('<int>one</int>')],
    ['an empty int', callOf('<int/>')],
    ['a word as double', callOf('<double>1.2.3</double>').replace('1.2.3', 'pi')],
    ['a word as boolean', callOf('<boolean>yes</boolean>')],
    ['an impossible date', callOf('<dateTime.iso8601>20249902T03:04:05</dateTime.iso8601>')],
    ['text beside a type', callOf('x<int>1</int>')],
    ['two types in a value', callOf('<int>1</int><int>1</int>')],
    ['a bare ampersand', callOf('a & b')],
    ['an unknown entity', callOf('&nbsp;')],
    ['a number beyond Unicode', callOf('&#x110000;')],
    ['bytes that are not UTF-8', Buffer.from([0x3c, 0x6d, 0xff, 0x3e])],
  ])('that are %s throw MalformedXml', (_, xml) => {
    expect(() => decodeCall(xml)).toThrow(MalformedXml);
  });

  test('with a DOCTYPE are refused, and so is every entity bomb', () => {
    const bomb = `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(99)}"><!ENTITY c "&b;&b;&b;">]>${callOf('&c;')}`;
    expect(() => decodeCall(bomb)).toThrow('DOCTYPE is refused');
  });

  test('nested too deeply are refused before the stack ends', () => {
    const depth = 100_000;
    const xml = `${'<array><data><value>'.repeat(depth)}${'</value></data></array>'.repeat(depth)}`;
    expect(() => read(xml)).toThrow('nested too deeply');
    expect(read(`${'<array><data><value>'.repeat(60)}${'</value></data></array>'.repeat(60)}`)).toBeDefined();
  });

  test('of whatever characters either decode or throw MalformedXml', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      '</',
      'value',
      '<value>',
      '</value>',
      '<int>',
      '&',
      '<![CDATA[',
      '<?',
      '<!--',
      ' ',
      '1',
    );
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        try {
          read(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedXml);
        }
      }),
    );
  });

  test('made to slow the scanner down are judged in linear time', () => {
    const hostile = [
      `<methodCall ${'a="b" '.repeat(100_000)}`,
      `<${'a'.repeat(500_000)}`,
      ' '.repeat(1_000_000),
    ];
    const started = process.cpuUsage();
    for (const xml of hostile) expect(() => decodeCall(xml)).toThrow(MalformedXml);
    // Half a million squared would be minutes.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000);
  });
});

describe('answers', () => {
  test('that carry a fault throw it', () => {
    const answer = () => decodeResponse(encodeFault(10, 'BAD_NAME: <foo>'));
    expect(answer).toThrow(RpcFault);
    expect(answer).toThrow('BAD_NAME: <foo>');
  });

  test('that are a page of HTML throw MalformedXml', () => {
    expect(() => decodeResponse('<!DOCTYPE html><html></html>')).toThrow(MalformedXml);
  });
});

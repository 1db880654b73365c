import { describe, expect, it } from 'vitest';
import * as addresses from '../../src/config/addresses.ts';
import * as owners from '../../src/config/owners.ts';
import * as paths from '../../src/config/paths.ts';
import * as values from '../../src/config/values.ts';
import { fakeWorld, folderOf, worldIn } from './world.ts';

/** reader, what is written, and what it means; a string that begins with ! is the refusal. */
type Row = readonly [keyof typeof readers, string, unknown];
const readers = {
  integer: values.integer,
  boolean: values.boolean,
  autorestart: values.autorestart,
  byteSize: values.byteSize,
  octal: values.octal,
  signal: values.signal,
  exitcodes: values.exitcodes,
  list: values.list,
  logLevel: values.logLevel,
  environment: values.environment,
  url: addresses.url,
  inetAddress: addresses.inetAddress,
  logfile: paths.logfile,
  filePath: paths.filePath,
  folder: paths.folder,
  user: owners.user,
  owner: owners.owner('chown'),
  mode: values.mode('chmod'),
  format: values.oneOf('raw', 'json'),
};

const ROWS: readonly Row[] = [
  ['integer', ' 1_000 ', 1000],
  ['integer', '-0', 0],
  ['integer', '+5', 5],
  ['integer', '1.0', "!invalid literal for int() with base 10: '1.0'"],
  ['integer', '1__0', "!invalid literal for int() with base 10: '1__0'"],
  ['integer', '3\na=4', "!invalid literal for int() with base 10: '3\\na=4'"],
  ['boolean', 'Yes', true],
  ['boolean', '0', false],
  ['boolean', 't', "!not a valid boolean value: 't'"],
  ['autorestart', 'Unexpected', 'unexpected'],
  ['autorestart', 'on', 'always'],
  ['autorestart', 'never', "!invalid 'autorestart' value 'never'"],
  ['byteSize', '10kb', 10240],
  ['byteSize', '1 MB', 1048576],
  ['byteSize', '2GB', 2147483648],
  ['byteSize', '10M', "!invalid literal for int() with base 10: '10m'"],
  ['byteSize', 'MB', "!invalid literal for int() with base 10: ''"],
  ['octal', '022', 0o22],
  ['octal', '0o7', 7],
  ['octal', '9', '!9 can not be converted to an octal type'],
  ['mode', '0x1', '!Invalid chmod value 0x1'],
  ['signal', 'term', 'SIGTERM'],
  ['signal', 'SIGUSR1', 'SIGUSR1'],
  ['signal', '9', 'SIGKILL'],
  ['signal', '17', 'SIGCHLD'],
  ['signal', 'CLD', 'SIGCHLD'],
  ['signal', 'IOT', 'SIGABRT'],
  ['signal', 'RTMIN', 'SIGRTMIN'],
  ['signal', '64', 'SIGRTMAX'],
  ['signal', '35', "!value '35' is not a valid signal number"],
  ['signal', 'SIGSIGTERM', "!value 'SIGSIGTERM' is not a valid signal name"],
  ['exitcodes', '', []],
  ['exitcodes', ' 0 , 2,255', [0, 2, 255]],
  ['exitcodes', '0,,1', "!not a valid list of exit codes: '0,,1'"],
  ['exitcodes', '256', "!not a valid list of exit codes: '256'"],
  ['list', 'a , b,', ['a', 'b', '']],
  ['list', '', []],
  ['logLevel', 'WARN', 'warn'],
  ['logLevel', 'fatal', "!bad logging level name 'fatal'"],
  ['environment', 'A="a,b",B=\'c d\', C=3,', { A: 'a,b', B: 'c d', C: '3' }],
  ['environment', 'A=1;B=2', { A: '1', B: '2' }],
  ['environment', 'A="1",\n B=/x.y+z-(1):2\n', { A: '1', B: '/x.y+z-(1):2' }],
  ['environment', 'A=1#2,B=3', { A: '1' }],
  ['environment', 'A="1#2",B=3', { A: '1#2', B: '3' }],
  ['environment', 'A=😀', { A: '😀' }],
  ['environment', 'A="a\\",B="c"', { A: 'a\\', B: 'c' }],
  ['environment', 'A="q=\\"r\\"",B="\\\\n"', { A: 'q="r"', B: '\\n' }],
  ['environment', 'A', "!Unexpected end of key/value pairs in value 'A'"],
  ['environment', 'A=,B=2', "!Unexpected end of key/value pairs in value 'A=,B=2'"],
  ['environment', 'A=a@b', "!Unexpected end of key/value pairs in value 'A=a@b'"],
  ['environment', 'A="x', '!No closing quotation'],
  ['url', 'unix:///a', 'unix:///a'],
  ['url', 'foo', "!value 'foo' is not a URL"],
  ['url', 'unix://', "!value 'unix://' is not a URL"],
  ['inetAddress', '9001', { host: '', port: 9001 }],
  ['inetAddress', '*:9001', { host: '', port: 9001 }],
  ['inetAddress', 'LocalHost:9001', { host: 'localhost', port: 9001 }],
  ['inetAddress', '[::1]:9001', { host: '[::1]', port: 9001 }],
  ['inetAddress', 'x', "!not a valid port number: 'x' "],
  ['inetAddress', '65536', "!not a valid port number: '65536' "],
  ['inetAddress', 'a:65536', '!65536 is above upper bound (65535)'],
  ['inetAddress', ':0', '!0 is below lower bound (1)'],
  ['inetAddress', 'a:', "!no port number specified in ''"],
  ['logfile', 'AUTO', { to: 'auto' }],
  ['logfile', 'Off', { to: 'none' }],
  ['logfile', 'syslog', { to: 'syslog' }],
  ['logfile', 'relative.log', { to: 'file', path: 'relative.log' }],
  ['logfile', '/no/such/x', '!The directory named as part of the path /no/such/x does not exist'],
  ['filePath', '~web/x', '!The directory named as part of the path ~web/x does not exist'],
  ['filePath', '~nobody-here/x', '!The directory named as part of the path ~nobody-here/x does not exist'],
  ['folder', '/', '/'],
  ['folder', '', '! is not an existing directory'],
  ['folder', '/no/such', '!/no/such is not an existing directory'],
  ['user', 'web', expect.objectContaining({ uid: 33, gid: 34, home: '/no/such/home' })],
  ['user', '33', expect.objectContaining({ name: 'web' })],
  ['user', 'nobody-here', '!Invalid user name nobody-here'],
  ['user', '-1', '!Invalid user id -1'],
  ['owner', 'web', { uid: 33, gid: undefined }],
  ['owner', 'web:staff', { uid: 33, gid: 50 }],
  ['owner', '33:50', { uid: 33, gid: 50 }],
  ['owner', 'web:', '!Invalid chown value web:'],
  ['owner', 'a:b:c', '!Invalid chown value a:b:c'],
  ['format', 'JSON', 'json'],
  ['format', 'xml', "!not one of raw, json: 'xml'"],
];

describe('a value', () => {
  it.each(ROWS)('of the kind %s, %j, is read as %j', (kind, written, expected) => {
    const read = () => readers[kind].read(written, fakeWorld());
    if (typeof expected === 'string' && expected.startsWith('!')) expect(read).toThrow(expected.slice(1));
    else expect(read()).toEqual(expected);
  });

  it('that is a path begins in a home where it begins with ~', () => {
    const folder = folderOf({ 'x/y': '' });
    const world = fakeWorld({ env: { HOME: folder } });
    expect(paths.filePath.read('~/x/z', world)).toBe(`${folder}/x/z`);
    expect(paths.folder.read('~', world)).toBe(folder);
    expect(() => paths.folder.read('~/x/y', world)).toThrow('~/x/y is not an existing directory');
  });

  it('that is a relative path begins in the current folder', () => {
    const world = worldIn(folderOf({ 'x/y': '' }));
    expect(paths.filePath.read('x/z', world)).toBe('x/z');
    expect(() => paths.filePath.read('nope/z', world)).toThrow('nope/z does not exist');
  });
});

import { RpcFault } from './faults.ts';
import { escapeText, MalformedXml, XmlReader } from './xml.ts';

export { MalformedXml } from './xml.ts';

/** What XML-RPC can carry. Whole numbers travel as int (i8 beyond 32 bits, double beyond 53), others as double; bytes as base64. */
export type XmlRpcValue =
  | null
  | number
  | boolean
  | string
  | Date
  | Uint8Array
  | readonly XmlRpcValue[]
  | XmlRpcStruct;

/** A struct: members by name. */
export interface XmlRpcStruct {
  readonly [name: string]: XmlRpcValue;
}

/** A decoded method call. */
export interface XmlRpcCall {
  readonly methodName: string;
  readonly params: XmlRpcValue[];
}

/** Arrays and structs deeper than this are refused: the deepest honest call, a multicall of structs, needs about eight. */
const deepestNesting = 64;

const prologue = "<?xml version='1.0'?>\n";

/** Reads a method call; throws `MalformedXml` when it is none. Structs become plain objects, base64 a Uint8Array. */
export function decodeCall(xml: string | Uint8Array): XmlRpcCall {
  const reader = new XmlReader(typeof xml === 'string' ? xml : decodeBytes(xml));
  reader.expect('methodCall');
  reader.expect('methodName');
  const methodName = reader.text().trim();
  if (methodName === '') throw reader.error('methodName is empty');
  reader.leave('methodName');
  const params = readParams(reader);
  reader.leave('methodCall');
  reader.end();
  return { methodName, params };
}

/** Reads an answer: returns its value, throws `RpcFault` for a fault and `MalformedXml` for anything else. */
export function decodeResponse(xml: string | Uint8Array): XmlRpcValue {
  const reader = new XmlReader(typeof xml === 'string' ? xml : decodeBytes(xml));
  reader.expect('methodResponse');
  const kind = reader.enter();
  if (kind === 'fault') {
    const value = readValue(reader, 0) as { faultCode?: unknown; faultString?: unknown } | null;
    throw new RpcFault(Number(value?.faultCode ?? 0), String(value?.faultString ?? ''));
  }
  if (kind !== 'params') throw reader.error('expected <params> or <fault>');
  reader.expect('param');
  const value = readValue(reader, 0);
  for (const name of ['param', 'params', 'methodResponse']) reader.leave(name);
  reader.end();
  return value;
}

/** Writes a method call. */
export function encodeCall(method: string, params: readonly XmlRpcValue[]): string {
  const written = params.map(value => `<param>\n${encodeValue(value)}\n</param>\n`).join('');
  return `${prologue}<methodCall>\n<methodName>${escapeText(method)}</methodName>\n<params>\n${written}</params>\n</methodCall>\n`;
}

/** Writes an answer that carries the value. */
export function encodeResponse(value: XmlRpcValue): string {
  return wrapResponse(encodeValue(value));
}

/** Writes an answer around a value that `encodeValue` has written before. */
export function wrapResponse(encoded: string): string {
  return `${prologue}<methodResponse>\n<params>\n<param>\n${encoded}\n</param>\n</params>\n</methodResponse>\n`;
}

/** Writes an answer that carries a fault. */
export function encodeFault(code: number, text: string): string {
  const value = encodeValue({ faultCode: code, faultString: text });
  return `${prologue}<methodResponse>\n<fault>\n${value}\n</fault>\n</methodResponse>\n`;
}

/** Writes `<value>…</value>` as Python's xmlrpc.client would, but for long base64, which is not folded. */
export function encodeValue(value: XmlRpcValue): string {
  return `<value>${encodeInner(value)}</value>`;
}

function encodeInner(value: XmlRpcValue): string {
  if (typeof value === 'string') return `<string>${escapeText(value)}</string>`;
  if (typeof value === 'number') return encodeNumber(value);
  if (typeof value === 'boolean') return `<boolean>${value ? 1 : 0}</boolean>`;
  if (value === null) return '<nil/>';
  if (value instanceof Date) return `<dateTime.iso8601>${encodeDate(value)}</dateTime.iso8601>`;
  if (value instanceof Uint8Array) return `<base64>\n${Buffer.from(value).toString('base64')}\n</base64>`;
  if (isArray(value))
    return `<array><data>\n${value.map(item => `${encodeValue(item)}\n`).join('')}</data></array>`;
  return `<struct>\n${Object.entries(value).map(encodeMember).join('')}</struct>`;
}

function encodeMember([name, value]: [string, XmlRpcValue]): string {
  return `<member>\n<name>${escapeText(name)}</name>\n${encodeValue(value)}\n</member>\n`;
}

function encodeNumber(value: number): string {
  if (!Number.isSafeInteger(value)) return `<double>${value}</double>`;
  // A log beyond 2 GB has offsets that an <int> cannot hold; Python's client reads <i8> as well.
  const type = value === (value | 0) ? 'int' : 'i8';
  return `<${type}>${value}</${type}>`;
}

function encodeDate(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll('-', '');
}

function isArray(value: XmlRpcValue): value is readonly XmlRpcValue[] {
  return Array.isArray(value);
}

function readParams(reader: XmlReader): XmlRpcValue[] {
  const params: XmlRpcValue[] = [];
  const found = reader.enter();
  if (found === undefined) return params;
  if (found !== 'params') throw reader.error(`expected <params>, found <${found}>`);
  for (let tag = reader.enter(); tag !== undefined; tag = reader.enter()) {
    if (tag !== 'param') throw reader.error(`expected <param>, found <${tag}>`);
    params.push(readValue(reader, 0));
    reader.leave('param');
  }
  reader.leave('params');
  return params;
}

function readValue(reader: XmlReader, depth: number): XmlRpcValue {
  if (depth > deepestNesting) throw reader.error('nested too deeply');
  reader.expect('value');
  const text = reader.text();
  const type = reader.enter();
  const value = type === undefined ? text : readTyped(reader, type, depth);
  if (type !== undefined) {
    if (text.trim() !== '') throw reader.error('a value has text beside its type');
    reader.leave(type);
  }
  reader.leave('value');
  return value;
}

function readTyped(reader: XmlReader, type: string, depth: number): XmlRpcValue {
  if (type === 'array') return readArray(reader, depth);
  if (type === 'struct') return readStruct(reader, depth);
  const read = scalars.get(type);
  if (!read) throw reader.error(`no type is called <${type}>`);
  const value = read(reader.text());
  if (value === undefined) throw reader.error(`not a value of type <${type}>`);
  return value;
}

function readArray(reader: XmlReader, depth: number): XmlRpcValue[] {
  const items: XmlRpcValue[] = [];
  reader.expect('data');
  while (reader.isInside()) items.push(readValue(reader, depth + 1));
  reader.leave('data');
  return items;
}

function readStruct(reader: XmlReader, depth: number): XmlRpcStruct {
  const members: [string, XmlRpcValue][] = [];
  for (let tag = reader.enter(); tag !== undefined; tag = reader.enter()) {
    if (tag !== 'member') throw reader.error(`expected <member>, found <${tag}>`);
    reader.expect('name');
    const name = reader.text();
    reader.leave('name');
    members.push([name, readValue(reader, depth + 1)]);
    reader.leave('member');
  }
  // fromEntries defines members and so is safe from a member called __proto__.
  return Object.fromEntries(members);
}

type ScalarReader = (text: string) => XmlRpcValue | undefined;

/** How the text of each scalar type is read; undefined means that it does not fit. */
const scalars: ReadonlyMap<string, ScalarReader> = new Map<string, ScalarReader>([
  ['string', text => text],
  ...['int', 'i1', 'i2', 'i4', 'i8'].map((type): [string, ScalarReader] => [type, readInteger]),
  ['double', text => (/^\s*[-+]?[\d.]+(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : undefined)],
  ['boolean', text => booleans.get(text.trim())],
  ['nil', () => null],
  ['base64', text => new Uint8Array(Buffer.from(text, 'base64'))],
  ['dateTime.iso8601', readDate],
]);

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['0', false],
  ['true', true],
  ['false', false],
]);

function readInteger(text: string): number | undefined {
  return /^\s*[-+]?\d{1,19}\s*$/.test(text) ? Number(text) : undefined;
}

/** The format knows no time zone: the digits are taken as UTC, as they are written. */
function readDate(text: string): Date | undefined {
  const found = /^\s*(\d{4})-?(\d\d)-?(\d\d)T(\d\d:\d\d:\d\d)Z?\s*$/.exec(text);
  const date = new Date(found ? `${found[1]}-${found[2]}-${found[3]}T${found[4]}Z` : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function decodeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // The decoder's own error says no more than this.
    throw new MalformedXml('not UTF-8', 0);
  }
}

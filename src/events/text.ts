import { isAscii, isUtf8 } from 'node:buffer';
import type { Payload } from '../../machines/events.ts';

/** Bytes as they are, where they are UTF-8; or else Supervisor's word for what is none, with Python's notation of them. */
export const legible = (bytes: Uint8Array): Uint8Array =>
  isUtf8(bytes) ? bytes : Buffer.from(`Undecodable: ${pythonBytes(bytes)}`);

/** A payload as UTF-8, in parts: its bytes are not copied before they must be. */
export function partsOf(payload: Payload): readonly Uint8Array[] {
  if (typeof payload === 'string') return [Buffer.from(payload)];
  const { head, data } = payload;
  return [Buffer.from(head), legible(data instanceof Uint8Array ? data : data.bytes())];
}

/** A payload as a text. */
export const textOf = (payload: Payload): string =>
  typeof payload === 'string' ? payload : Buffer.concat(partsOf(payload)).toString();

/** How many characters there are in UTF-8, as Python counts: one outside of the basic plane is one. */
export function characters(bytes: Uint8Array): number {
  // Most is ASCII, and that is told in no time.
  if (isAscii(bytes)) return bytes.length;
  let count = 0;
  for (const byte of bytes) if ((byte & 0xc0) !== 0x80) count++;
  return count;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Bytes as Python prints them: `b'caf\xe9'`. */
function pythonBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  const inner = Array.from(bytes, byte => {
    const char = String.fromCharCode(byte);
    if (char === quote) return `\\${char}`;
    if (byte >= 0x20 && byte < 0x7f) return ESCAPES[char] ?? char;
    return ESCAPES[char] ?? `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `b${quote}${inner.join('')}${quote}`;
}

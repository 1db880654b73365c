import { isUtf8 } from 'node:buffer';

/** What a first byte allows: how many bytes its character has, and the range of the second one. */
function lead(
  byte: number,
): { readonly length: number; readonly low: number; readonly high: number } | undefined {
  if (byte < 0x80) return { length: 1, low: 0, high: 0 };
  if (byte >= 0xc2 && byte <= 0xdf) return { length: 2, low: 0x80, high: 0xbf };
  // Neither overlong forms, nor surrogates, nor what lies beyond Unicode.
  if (byte >= 0xe0 && byte <= 0xef)
    return { length: 3, low: byte === 0xe0 ? 0xa0 : 0x80, high: byte === 0xed ? 0x9f : 0xbf };
  if (byte >= 0xf0 && byte <= 0xf4)
    return { length: 4, low: byte === 0xf0 ? 0x90 : 0x80, high: byte === 0xf4 ? 0x8f : 0xbf };
  return undefined;
}

const complaint = (bytes: Uint8Array, start: number, good: number, reason: string): string => {
  const first = bytes[start]?.toString(16).padStart(2, '0');
  const where =
    good === 1 ? `byte 0x${first} in position ${start}` : `bytes in position ${start}-${start + good - 1}`;
  return `'utf-8' codec can't decode ${where}: ${reason}`;
};

/** What keeps bytes from being UTF-8, in Python's words, and where it stands; undefined where nothing does. */
export function utf8Trouble(
  bytes: Uint8Array,
): { readonly message: string; readonly at: number } | undefined {
  if (isUtf8(bytes)) return undefined;
  let at = 0;
  while (at < bytes.length) {
    const start = lead(bytes[at] ?? 0);
    if (!start) return { message: complaint(bytes, at, 1, 'invalid start byte'), at };
    for (let good = 1; good < start.length; good += 1) {
      const next = bytes[at + good];
      if (next === undefined) return { message: complaint(bytes, at, good, 'unexpected end of data'), at };
      const [low, high] = good === 1 ? [start.low, start.high] : [0x80, 0xbf];
      if (next < low || next > high) {
        return { message: complaint(bytes, at, good, 'invalid continuation byte'), at };
      }
    }
    at += start.length;
  }
  return undefined;
}

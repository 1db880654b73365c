const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** How many bytes the UTF-8 character has that begins with this byte; 1 where none begins. */
function lengthOf(byte: number): number {
  if (byte >= 0xf0 && byte < 0xf8) return 4;
  if (byte >= 0xe0 && byte < 0xf0) return 3;
  return byte >= 0xc2 && byte < 0xe0 ? 2 : 1;
}

/** The start of the UTF-8 character that the byte at a place belongs to: a cut there tears none. */
export function characterStart(bytes: Buffer, at: number): number {
  let start = at;
  while (start > 0 && start > at - 3 && isContinuation(bytes[start])) start--;
  return isContinuation(bytes[start]) ? at : start;
}

/** Where the last whole character ends; what is no UTF-8 counts as whole. */
export function characterEnd(bytes: Buffer): number {
  if (bytes.length === 0) return 0;
  const start = characterStart(bytes, bytes.length - 1);
  return start + lengthOf(bytes[start] ?? 0) > bytes.length ? start : bytes.length;
}

/** The bytes without the rest of a character whose beginning was cut off. */
export function fromCharacter(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start++;
  // More of them in a row is no cut character but broken UTF-8, which is not ours to hide.
  return isContinuation(bytes[start]) ? bytes : bytes.subarray(start);
}

/** The same bytes in pieces that begin and end between characters, for terminals. */
export async function* wholeCharacters(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let kept: Buffer | undefined;
  for await (const piece of pieces) {
    const bytes = kept === undefined ? fromCharacter(piece) : Buffer.concat([kept, piece]);
    const end = characterEnd(bytes);
    kept = bytes.subarray(end);
    yield bytes.subarray(0, end);
  }
  if (kept !== undefined && kept.length > 0) yield kept;
}

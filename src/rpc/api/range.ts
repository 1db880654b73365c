/** A part of a file: its first and its last byte. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads a Range header against a size: undefined where the whole file is meant (no header, another unit, or several
 * parts, which a server may ignore), 'outside' where there is no such part.
 */
export function readRange(header: string | undefined, size: number): Range | 'outside' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  return first > last ? 'outside' : { first, last };
}

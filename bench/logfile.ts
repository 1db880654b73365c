import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { clock } from './ear.ts';

/** Resolves when each of the files has so many bytes; rejects after two minutes. */
export async function filled(paths: readonly string[], size: number): Promise<void> {
  const sizeOfFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  for (const end = clock() + 120_000; !paths.every(path => sizeOfFile(path) >= size); ) {
    if (clock() > end) throw new Error(`${paths[0]}: has ${sizeOfFile(paths[0] ?? '')} of ${size} bytes`);
    await sleep(2);
  }
}

/** Throws unless the log holds exactly what the child wrote. */
export async function check(path: string, size: number, chunk: number): Promise<void> {
  const written = Buffer.alloc(chunk);
  for (let index = 0; index < chunk; index++) written[index] = 97 + (index % 26);
  written[chunk - 1] = 10;
  const many = Buffer.concat(Array.from({ length: Math.ceil(1_048_576 / chunk) }, () => written));
  const expected = createHash('md5');
  for (let left = size; left > 0; left -= many.length)
    expected.update(many.subarray(0, Math.min(left, many.length)));
  const actual = createHash('md5');
  await pipeline(createReadStream(path, { highWaterMark: 1_048_576 }), actual);
  if (actual.digest('hex') !== expected.digest('hex'))
    throw new Error(`${path}: is not what the child wrote`);
}

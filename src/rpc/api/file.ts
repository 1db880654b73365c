import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Bytes } from '../../../machines/spec.ts';
import type { Logs } from '../backend.ts';
import { fault } from '../faults.ts';
import { HttpError } from '../reply.ts';
import type { Asked } from './operation.ts';
import { readRange } from './range.ts';

/** A long file goes out in pieces of this size: it never stands in memory. */
const piece: Bytes = 1024 * 1024;

type Reader = Pick<Logs, 'read' | 'tail'>;

/**
 * Sends a log byte for byte, or the part of it that a Range header asks for. Throws NO_FILE where there is none and
 * 416 where the part lies outside of it.
 */
export async function sendFile(
  logs: Reader,
  path: string | undefined,
  { request, response }: Asked,
): Promise<undefined> {
  if (path === undefined) throw fault('NO_FILE');
  const size = await sizeOf(logs, path);
  const range = readRange(request.headers.range, size);
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    'Accept-Ranges': 'bytes',
  };
  if (range === 'outside') {
    response.setHeader('Content-Range', `bytes */${size}`);
    throw new HttpError(416);
  }
  const { first, last } = range ?? { first: 0, last: size - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    ...headers,
    'Content-Length': last - first + 1,
    ...(range && { 'Content-Range': `bytes ${first}-${last}/${size}` }),
  });
  if (request.method !== 'HEAD') await sendBytes(logs, path, first, last, response);
  response.end();
}

async function sendBytes(
  logs: Reader,
  path: string,
  first: number,
  last: number,
  response: ServerResponse,
): Promise<void> {
  for (let at = first; at <= last && !response.destroyed; ) {
    const bytes = await logs.read(path, at, Math.min(piece, last - at + 1));
    // It was cleared or rotated meanwhile: the rest that was announced does not come.
    if (bytes.length === 0) response.destroy();
    at += bytes.length;
    if (!response.write(bytes)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
}

async function sizeOf(logs: Reader, path: string): Promise<Bytes> {
  try {
    await logs.read(path, 0, 1);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === 'ENOENT' ? fault('NO_FILE', path) : fault('FAILED', message);
  }
  return (await logs.tail(path, 0, 0)).offset;
}

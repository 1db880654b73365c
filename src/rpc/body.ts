import type { IncomingMessage } from 'node:http';
import type { Bytes } from '../../machines/spec.ts';
import { HttpError } from './reply.ts';

/** A body may be this long: the longest honest call writes to a program's stdin. */
const longest: Bytes = 16 * 1024 * 1024;
/** All the bodies that are being received may take this much together. */
const budget: Bytes = 64 * 1024 * 1024;

let held: Bytes = 0;

/**
 * Receives a request's body, with or without a length told in advance. Rejects with `HttpError` 411 where there is
 * neither a length nor chunks, 413 where it is longer than 16 MiB, 503 where too many long ones arrive at once, and
 * 400 where the client goes away within it.
 */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (length === undefined && encoding === undefined) return Promise.reject(new HttpError(411));
  if (Number(length ?? 0) > longest) return Promise.reject(new HttpError(413));
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size: Bytes = 0;
    const settle = (): Buffer => {
      const [first] = chunks;
      const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
      held -= size;
      [chunks, size] = [[], 0];
      return body;
    };
    const fail = (status: number) => {
      settle();
      // The rest is read and dropped: a client that is cut off within its body never reads why.
      request.off('data', take).resume();
      reject(new HttpError(status));
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      held += chunk.length;
      chunks.push(chunk);
      if (size > longest) fail(413);
      else if (held > budget) fail(503);
    };
    request.on('data', take);
    request.once('end', () => resolve(settle()));
    request.once('close', () => {
      if (!request.complete) fail(400);
    });
    request.once('error', () => fail(400));
  });
}

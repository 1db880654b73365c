import { request } from 'node:http';
import { decodeResponse, encodeCall, type XmlRpcValue } from '../../src/rpc/codec.ts';

/** Calls a method over a unix socket from within this process, for tests that ask too often to start a client each time. */
export const ask = (socketPath: string, method: string, ...params: readonly XmlRpcValue[]) =>
  new Promise<XmlRpcValue>((resolve, reject) => {
    const body = encodeCall(method, params);
    const headers = { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) };
    request({ socketPath, path: '/RPC2', method: 'POST', headers, agent: false }, response => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => {
        try {
          resolve(decodeResponse(Buffer.concat(chunks)));
        } catch (error) {
          reject(error);
        }
      });
    })
      .once('error', reject)
      .end(body);
  });

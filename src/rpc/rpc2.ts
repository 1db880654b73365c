import type { IncomingMessage, ServerResponse } from 'node:http';
import { encodeAnswer } from './answer.ts';
import { readBody } from './body.ts';
import { decodeCall, encodeFault, MalformedXml, wrapResponse, type XmlRpcCall } from './codec.ts';
import type { Call } from './dispatch.ts';
import { RpcFault } from './faults.ts';
import { HttpError, reply } from './reply.ts';
import type { Route } from './routes.ts';
import type { Log } from './server.ts';

/** The XML-RPC door: POST to any path that begins with /RPC2. */
export const xmlRpcRoute = (call: Call, log: Log): Route => ({
  path: '/RPC2',
  match: 'prefix',
  handle: async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'POST') throw new HttpError(400);
    const { methodName, params } = readCall(await readBody(request), log);
    log('trace', `XML-RPC method called: ${methodName}()`);
    reply(response, 200, 'text/xml', await answer(call, methodName, params));
  },
});

function readCall(body: Buffer, log: Log): XmlRpcCall {
  try {
    return decodeCall(body);
  } catch (error) {
    if (!(error instanceof MalformedXml)) throw error;
    log('error', `XML-RPC request data is invalid: ${error.message}`);
    throw new HttpError(400);
  }
}

async function answer(call: Call, name: string, params: XmlRpcCall['params']): Promise<string> {
  try {
    return wrapResponse(encodeAnswer(await call(name, params)));
  } catch (error) {
    if (error instanceof RpcFault) return encodeFault(error.code, error.message);
    throw error;
  }
}

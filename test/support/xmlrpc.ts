import { run } from './run.ts';

// Python's own client, so that no code of ours stands on both sides of a test.
const CLIENT = `
import base64, json, sys, xmlrpc.client
from supervisor.xmlrpc import SupervisorTransport
url, username, password, method, params = sys.argv[1:]
def plain(value):
    if isinstance(value, xmlrpc.client.Binary): return {'base64': base64.b64encode(value.data).decode()}
    if isinstance(value, xmlrpc.client.DateTime): return {'dateTime': str(value)}
    raise TypeError(type(value))
server = xmlrpc.client.ServerProxy('http://127.0.0.1', SupervisorTransport(username or None, password or None, url))
try:
    print(json.dumps({'value': getattr(server, method)(*json.loads(params))}, default=plain))
except xmlrpc.client.Fault as fault:
    print(json.dumps({'faultCode': fault.faultCode, 'faultString': fault.faultString}))
`;

/** A fault as Python's client saw it. */
export interface Fault {
  readonly faultCode: number;
  readonly faultString: string;
}

/** Where a supervisord listens: `unix:///path` or `http://host:port`, and who asks. */
export interface Server {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/** Calls a method by Python's xmlrpc.client: its value, or the fault as `{faultCode, faultString}`; rejects otherwise. */
export async function call(server: Server, method: string, ...params: readonly unknown[]): Promise<unknown> {
  const args = [server.url, server.username ?? '', server.password ?? '', method, JSON.stringify(params)];
  const { code, stdout, stderr } = await run('/usr/bin/python3', ['-c', CLIENT, ...args]);
  if (code !== 0) throw new Error(`${method}: Python's client failed: ${stderr}`);
  const answer = JSON.parse(stdout);
  return 'value' in answer ? answer.value : answer;
}

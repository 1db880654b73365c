import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MARK } from '../test/support/leftover.ts';
import { createClient, type RpcClient } from './client.ts';
import type { Workshop } from './workshop.ts';

/** An http server of Node's own that gives getState's answer to whatever it is asked: the limit of any daemon in Node. */
const SERVER = `
const { createServer } = require('node:http');
const body = Buffer.from(process.argv[2]);
const head = { 'Content-Type': 'text/xml', 'Content-Length': body.length };
createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, head).end(body));
}).listen(process.argv[1]);
`;

const ANSWER = `<?xml version='1.0'?>
<methodResponse>
<params>
<param>
<value><struct>
<member>
<name>statecode</name>
<value><int>1</int></value>
</member>
<member>
<name>statename</name>
<value><string>RUNNING</string></value>
</member>
</struct></value>
</param>
</params>
</methodResponse>
`;

/** Starts the bare server, has it asked, and ends it. */
export async function withBareServer<T>(shop: Workshop, act: (client: RpcClient) => Promise<T>): Promise<T> {
  const path = join(shop.folder, 'bare.sock');
  const server = spawn(process.execPath, ['-e', SERVER, path, ANSWER], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, [MARK]: shop.folder },
  });
  const ended = once(server, 'exit');
  const client = createClient(path);
  const end = shop.keep(async () => {
    client.close();
    server.kill('SIGKILL');
    await ended;
    rmSync(path, { force: true });
  });
  try {
    await answered(client);
    return await act(client);
  } finally {
    await end();
  }
}

async function answered(client: RpcClient): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await client.call('supervisor.getState');
      return;
    } catch (error) {
      if (tries > 1000) throw error;
      await sleep(5);
    }
  }
}

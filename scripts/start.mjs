// `npm start`: makes everything ready for examples/demo.conf and says how to talk to it. The daemon itself is started
// by package.json's `exec`, in the place of the shell, so that every signal reaches it.
import { mkdirSync } from 'node:fs';
import { relative } from 'node:path';
import { npmPackages, root, run } from './setup.mjs';

/** The longest path that the kernel takes for a unix socket, in bytes. */
const SOCKET_PATH_MAX = 107;

const socket = `${root}examples/run/supervisor.sock`;
if (Buffer.byteLength(socket) > SOCKET_PATH_MAX) {
  console.error(
    `${socket}: a socket's path may have ${SOCKET_PATH_MAX} bytes: put the checkout in a shorter folder`,
  );
  process.exit(1);
}
npmPackages();
const built = run(process.execPath, ['--import', './scripts/typescript.mjs', 'scripts/build.ts']);
if (built !== 0) process.exit(built);
mkdirSync(`${root}examples/run`, { recursive: true });

const here = relative(process.env.INIT_CWD ?? process.cwd(), root);
const ctl = `${here && `cd ${root} && `}node dist/supervisorctl.js -c examples/demo.conf`;
console.log(`The control socket is ${socket}`);
console.log(`For status, from another terminal: ${ctl} status`);
console.log(`To stop everything: Ctrl-C here, or ${ctl} shutdown`);

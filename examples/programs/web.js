// A web server that counts its visitors.
import { createServer } from 'node:http';

let visitors = 0;
const server = createServer((request, response) => {
  visitors += 1;
  console.log(`${request.method} ${request.url}`);
  response.end(`Hello, visitor ${visitors}. I am process ${process.pid}.\n`);
});

server.on('listening', () => console.log(`listening on http://127.0.0.1:${server.address().port}/`));
server.once('error', error => {
  console.log(`${error.message}: taking any free port`);
  server.listen(0, '127.0.0.1');
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));

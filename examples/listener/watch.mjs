// An event listener: says on stderr which processes stop being well, and how often each of them was.
// Try it: npm run build && supervisord -n -c examples/listener/supervisord.conf
import { listener } from 'statevisor/listener';

const ends = new Map();

for await (const { name, fields } of listener()) {
  const { processname, groupname, expected } = fields;
  if (name === 'PROCESS_STATE_EXITED' && expected === '1') continue;
  const process = `${groupname}:${processname}`;
  const count = (ends.get(process) ?? 0) + 1;
  ends.set(process, count);
  console.error(`${process}: ${name.slice('PROCESS_STATE_'.length)} (${count} so far)`);
}

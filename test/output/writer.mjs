// Writes numbered lines of about a kilobyte and acknowledges each one after it is written: writer.mjs RUN COUNT ACKS
import { openSync, writeSync } from 'node:fs';

const [run, count, acks] = process.argv.slice(2);
const acknowledged = openSync(acks, 'w');
const filling = '\0\xff'.repeat(490);
for (let line = 0; line < Number(count); line++) {
  // Below PIPE_BUF, so that a kill tears no line.
  writeSync(1, Buffer.from(`${run} ${line} ${filling}\n`, 'latin1'));
  writeSync(acknowledged, Buffer.from(String(line).padStart(10, '0')), 0, 10, 0);
}

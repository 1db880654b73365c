// A worker that takes one job after the other, and ends between two jobs when it is asked to.
import { setTimeout as sleep } from 'node:timers/promises';

const [name = '0'] = process.argv.slice(2);
let asked = false;
process.once('SIGTERM', () => {
  asked = true;
});

for (let job = 1; !asked; job += 1) {
  await sleep(500 + 500 * Math.random());
  console.log(`worker ${name}: job ${job} done`);
}
console.log(`worker ${name}: going home`);

import { setTimeout as sleep } from 'node:timers/promises';
import { clock, type Ear } from '../ear.ts';
import { launchPm2 } from '../pm2.ts';
import type { Experiment } from '../row.ts';
import { launch } from '../subject.ts';
import type { Workshop } from '../workshop.ts';

/** How soon a killed program is back, and how soon a client's start and stop are done. */
export const respawn: Experiment = {
  name: 'respawn',
  rows: [
    {
      key: 'respawn',
      title: 'kill -9 to the new child in main()',
      unit: 'ms',
      better: 'less',
      goal: 50,
      bound: 10,
    },
    { key: 'start', title: 'startProcess, startsecs=0', unit: 'ms', better: 'less' },
    { key: 'stop', title: 'stopProcess', unit: 'ms', better: 'less' },
  ],
  rounds: { full: 3, quick: 1 },
  seconds: { full: 64, quick: 18 },
  async measure(subject, shop) {
    const ear = shop.ear();
    const daemon = launch(
      subject,
      shop,
      `[program:p]\ncommand=${shop.child} hello ${ear.path}\nstartsecs=0\nautorestart=true\n`,
    );
    const samples = { respawn: [] as number[], start: [] as number[], stop: [] as number[] };
    try {
      samples.respawn.push(...(await respawns(ear, shop)));
      for (let turn = 0; turn < (shop.quick ? 10 : 30); turn++) {
        samples.stop.push(await timed(() => daemon.client.call('supervisor.stopProcess', 'p', '1')));
        samples.start.push(await timed(() => daemon.client.call('supervisor.startProcess', 'p', '1')));
        // So that the stop finds a child in main().
        await sleep(50);
      }
      return samples;
    } finally {
      await daemon.clean();
    }
  },
  async pm2(shop) {
    const ear = shop.ear();
    const daemon = await launchPm2(shop, [{ name: 'p', script: shop.child, args: ['hello', ear.path] }]);
    try {
      return { respawn: await respawns(ear, shop) };
    } finally {
      await daemon.clean();
    }
  },
};

/** Kills the child again and again; milliseconds until the next is in main(). */
async function respawns(ear: Ear, { quick }: Workshop): Promise<readonly number[]> {
  const times: number[] = [];
  let [child] = await ear.hear(1);
  for (let turn = 0; turn < (quick ? 7 : 25); turn++) {
    // Not in step with a loop that wakes each second.
    await sleep(400 + ((turn * 137) % 400));
    ear.forget();
    if (child === undefined) throw new Error('the child has no pid');
    const killed = clock();
    process.kill(child.pid, 'SIGKILL');
    [child] = await ear.hear(1);
    if (child !== undefined) times.push(child.at - killed);
  }
  return times;
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const begin = clock();
  await act();
  return clock() - begin;
}

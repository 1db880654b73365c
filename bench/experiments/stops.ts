import { setTimeout as sleep } from 'node:timers/promises';
import { clock } from '../ear.ts';
import type { Experiment, Samples } from '../row.ts';
import { firstAnswer, launch } from '../subject.ts';
import { sleepers } from './fleet.ts';

/** How long everything takes to end when the daemon is told to. */
export const groups: Experiment = {
  name: 'stop-groups',
  rows: [
    {
      key: 'stop-groups',
      title: 'shutdown of 100 programs in groups of their own',
      unit: 'ms',
      better: 'less',
      goal: 40,
    },
  ],
  rounds: { full: 2, quick: 1 },
  async measure(subject, shop) {
    const ear = shop.ear();
    const daemon = launch(subject, shop, sleepers(100, shop.child, ear));
    try {
      await firstAnswer(daemon);
      await ear.hear(100);
      // Until all are RUNNING: startsecs is one second.
      await sleep(3000);
      return { 'stop-groups': [await daemon.shutdown()] };
    } finally {
      await daemon.clean();
    }
  },
};

/** Stop, start and restart of the 1,000 processes of one group. */
export const group: Experiment = {
  name: 'one-group',
  rows: [
    { key: 'group-stop', title: 'stop of 1,000 programs of one group', unit: 'ms', better: 'less', goal: 5 },
    { key: 'group-start', title: 'their start', unit: 'ms', better: 'less' },
    { key: 'ctl-stop', title: 'supervisorctl stop all, N=1,000', unit: 'ms', better: 'less' },
    { key: 'ctl-start', title: 'supervisorctl start all, N=1,000', unit: 'ms', better: 'less' },
    { key: 'ctl-restart', title: 'supervisorctl restart all, N=1,000', unit: 'ms', better: 'less' },
  ],
  rounds: { full: 2, quick: 1 },
  async measure(subject, shop): Promise<Samples> {
    const ear = shop.ear();
    const daemon = launch(
      subject,
      shop,
      `[program:g]\ncommand=${shop.child} hello ${ear.path}\nnumprocs=1000\nstartsecs=0\nprocess_name=g%(process_num)04d\n`,
    );
    const call = async (method: string) => {
      const begin = clock();
      await daemon.client.call(`supervisor.${method}`, 'g', '1');
      return [clock() - begin];
    };
    try {
      await firstAnswer(daemon);
      await ear.hear(1000, 120_000);
      await sleep(3000);
      const stop = await call('stopProcessGroup');
      ear.forget();
      const start = await call('startProcessGroup');
      await ear.hear(1000, 120_000);
      const samples = { 'group-stop': stop, 'group-start': start };
      if (shop.quick) return samples;
      return {
        ...samples,
        'ctl-stop': [await daemon.ctl('stop', 'all')],
        'ctl-start': [await daemon.ctl('start', 'all')],
        'ctl-restart': [await daemon.ctl('restart', 'all')],
      };
    } finally {
      await daemon.clean();
    }
  },
};

import { setTimeout as sleep } from 'node:timers/promises';
import { clock } from '../ear.ts';
import { launchPm2 } from '../pm2.ts';
import type { Experiment } from '../row.ts';
import { firstAnswer, launch } from '../subject.ts';

/** Stop, start and restart of all processes of one group: by RPC, and by the command line. */
const commands = (
  count: number,
  { rounds, seconds, goal }: Pick<Experiment, 'rounds' | 'seconds'> & { readonly goal?: number },
): Experiment => {
  const at = `N=${count.toLocaleString('en-US')}`;
  const row = (name: string, title: string, wanted?: number) =>
    ({ key: `${name}-${count}`, title, unit: 'ms', better: 'less', goal: wanted }) as const;
  return {
    name: `commands-${count}`,
    rows: [
      row('group-stop', `stopProcessGroup, ${at}`, goal),
      row('group-start', `startProcessGroup, ${at}`),
      row('ctl-stop', `supervisorctl stop all, ${at}`),
      row('ctl-start', `supervisorctl start all, ${at}`),
      row('ctl-restart', `supervisorctl restart all, ${at}`),
    ],
    rounds,
    seconds,
    async measure(subject, shop) {
      const ear = shop.ear();
      const program = `[program:g]\ncommand=${shop.child} hello ${ear.path}\nnumprocs=${count}\nstartsecs=0\n`;
      const daemon = launch(subject, shop, `${program}process_name=g%(process_num)04d\n`);
      /** Until it is done, and where it starts programs, until all are in main(). */
      const timed = async (act: () => Promise<unknown>, isStart: boolean) => {
        ear.forget();
        const begin = clock();
        await act();
        if (isStart) await ear.hear(count, 120_000);
        const duration = clock() - begin;
        // So that the next finds all of them in peace.
        await sleep(500);
        return [duration];
      };
      const call = (method: string) => () => daemon.client.call(`supervisor.${method}`, 'g', '1');
      const ctl = (verb: string) => () => daemon.ctl(verb, 'all');
      try {
        await firstAnswer(daemon);
        await ear.hear(count, 120_000);
        await sleep(2000);
        return {
          [`group-stop-${count}`]: await timed(call('stopProcessGroup'), false),
          [`group-start-${count}`]: await timed(call('startProcessGroup'), true),
          [`ctl-stop-${count}`]: await timed(ctl('stop'), false),
          [`ctl-start-${count}`]: await timed(ctl('start'), true),
          [`ctl-restart-${count}`]: await timed(ctl('restart'), true),
        };
      } finally {
        await daemon.clean();
      }
    },
    pm2:
      count > 100
        ? undefined
        : async shop => {
            const ear = shop.ear();
            const app = { script: shop.child, args: ['hello', ear.path] };
            const apps = Array.from({ length: count }, (_, index) => ({ ...app, name: `g${index}` }));
            const daemon = await launchPm2(shop, apps);
            try {
              await ear.hear(count, 120_000);
              await sleep(2000);
              return {
                [`ctl-stop-${count}`]: [await daemon.ctl('stop', 'all')],
                [`ctl-start-${count}`]: [await daemon.ctl('start', 'all')],
                [`ctl-restart-${count}`]: [await daemon.ctl('restart', 'all')],
              };
            } finally {
              await daemon.clean();
            }
          },
  };
};

/** What a client waits for when it stops and starts everything. */
export const commandsOfAll: readonly Experiment[] = [
  commands(10, { rounds: { full: 5, quick: 0 }, seconds: { full: 14, quick: 14 } }),
  commands(100, { rounds: { full: 3, quick: 0 }, seconds: { full: 20, quick: 20 } }),
  commands(1000, { rounds: { full: 2, quick: 0 }, seconds: { full: 50, quick: 50 }, goal: 1 }),
];

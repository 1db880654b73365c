import { join } from 'node:path';
import { clock } from '../ear.ts';
import { filled } from '../logfile.ts';
import type { Experiment } from '../row.ts';
import { firstAnswer, launch } from '../subject.ts';

const CHUNK = 65_536;
const SIZE = 8192 * CHUNK;

/** A flood of output that an event listener is told of, too: what reaches the log, and how many events the listener. */
export const told: Experiment = {
  name: 'log-events',
  rows: [
    {
      key: 'told',
      title: 'log throughput while its output is told as events',
      unit: 'MB/s',
      better: 'more',
    },
    { key: 'told-cpu', title: 'CPU of the daemon for a GB of it', unit: 's', better: 'less' },
    {
      key: 'told-bytes',
      title: 'output that reaches a listener as PROCESS_LOG events',
      unit: 'MB/s',
      better: 'more',
      goal: 1,
    },
    { key: 'told-events', title: 'how many events that is', unit: '/s', better: 'more' },
  ],
  rounds: { full: 5, quick: 1 },
  seconds: { full: 30, quick: 8 },
  async measure(subject, shop) {
    const ear = shop.ear();
    const daemon = launch(
      subject,
      shop,
      `[program:f]\ncommand=${shop.child} flood ${SIZE} ${CHUNK}\nautostart=false\nstartsecs=0\n` +
        'stdout_logfile=%(here)s/f.log\nstdout_logfile_maxbytes=0\nstdout_events_enabled=true\n' +
        `[eventlistener:l]\ncommand=${shop.child} listen ${ear.path}\nevents=PROCESS_LOG\nstartsecs=0\n`,
    );
    try {
      await firstAnswer(daemon);
      const [begin, before] = [clock(), daemon.usage()];
      await daemon.client.call('supervisor.startProcess', 'f');
      await filled([join(daemon.folder, 'f.log')], SIZE);
      const [duration, used, events] = [clock() - begin, daemon.usage().cpu - before.cpu, ear.words];
      const bytes = events.reduce((sum, { more }) => sum + Number(more.split(' ')[1]), 0);
      return {
        told: [SIZE / 1e6 / (duration / 1000)],
        'told-cpu': [used / 1000 / (SIZE / 1e9)],
        'told-bytes': [bytes / 1e6 / (duration / 1000)],
        'told-events': [events.length / (duration / 1000)],
      };
    } finally {
      await daemon.clean();
    }
  },
};

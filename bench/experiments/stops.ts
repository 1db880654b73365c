import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ear } from '../ear.ts';
import type { Experiment } from '../row.ts';
import { type Daemon, firstAnswer, launch } from '../subject.ts';
import type { Workshop } from '../workshop.ts';

/** A kind of program that people run, by the lines of its section. */
interface Kind {
  readonly key: string;
  /** What it is, after "shutdown of 100 ". */
  readonly title: string;
  lines(shop: Workshop, ear: Ear): string;
}

const PLAIN: Kind = {
  key: 'plain',
  title: 'programs that log through the supervisor',
  lines: ({ child }, ear) => `command=${child} hello ${ear.path}\n`,
};

const MERGED: Kind = {
  key: 'merged',
  title: 'programs with redirect_stderr',
  lines: (shop, ear) => `${PLAIN.lines(shop, ear)}redirect_stderr=true\n`,
};

/** As start scripts of services do that have log files of their own: the pipes end before the program does. */
const OWN_LOG: Kind = {
  key: 'own-log',
  title: 'programs that log to files of their own (exec PROGRAM >>FILE 2>&1)',
  lines: ({ folder, child }, ear) =>
    `command=/bin/sh -c "exec ${child} hello ${ear.path} >>${folder}/own.log 2>&1"\n`,
};

/** A start script that stays, and is stopped with what it started. */
const WRAPPED: Kind = {
  key: 'wrapped',
  title: 'shell scripts that wait for their program (stopasgroup)',
  lines({ folder, child }, ear) {
    const path = join(folder, 'start.sh');
    writeFileSync(path, `#!/bin/sh\n${child} hello ${ear.path}\nexit $?\n`);
    chmodSync(path, 0o755);
    return `command=${path}\nstopasgroup=true\nkillasgroup=true\n`;
  },
};

const PYTHON: Kind = {
  key: 'python',
  title: 'Python programs',
  lines({ folder }, ear) {
    const path = join(folder, 'serve.py');
    writeFileSync(path, PYTHON_PROGRAM);
    return `command=/usr/bin/python3 ${path} ${ear.path}\n`;
  },
};

const PYTHON_PROGRAM = `import os, signal, sys, time
with open(sys.argv[1], 'w') as ear:
    ear.write('%d %d\\n' % (time.monotonic_ns(), os.getpid()))
while True:
    signal.pause()
`;

/** So many programs of a kind: in groups of their own, or in one. */
type Arrangement = 'groups' | 'group';

const sections = (lines: string, count: number, arrangement: Arrangement): string =>
  arrangement === 'group'
    ? `[program:g]\n${lines}numprocs=${count}\nprocess_name=g%(process_num)04d\n`
    : Array.from({ length: count }, (_, index) => `[program:p${index}]\n${lines}`).join('');

/** Starts them and waits until all are RUNNING. */
async function running(daemon: Daemon, ear: Ear, count: number): Promise<void> {
  await firstAnswer(daemon);
  await ear.hear(count, 120_000);
  // startsecs is one second.
  await sleep(2500);
}

interface Shutdown extends Pick<Experiment, 'rounds' | 'seconds'> {
  readonly kind: Kind;
  readonly count: number;
  readonly arrangement: Arrangement;
  readonly goal?: number;
}

/** How long everything takes to end when the daemon is told to (TERM). */
const shutdown = ({ kind, count, arrangement, goal, rounds, seconds }: Shutdown): Experiment => {
  const key = `shutdown-${arrangement}-${count}-${kind.key}`;
  const where = arrangement === 'group' ? 'of one group' : 'in groups of their own';
  const title = `shutdown of ${count.toLocaleString('en-US')} ${where}: ${kind.title}`;
  return {
    name: key,
    rows: [{ key, title, unit: 'ms', better: 'less', goal }],
    rounds,
    seconds,
    async measure(subject, shop) {
      const ear = shop.ear();
      const daemon = launch(subject, shop, sections(kind.lines(shop, ear), count, arrangement));
      try {
        await running(daemon, ear, count);
        return { [key]: [await daemon.shutdown()] };
      } finally {
        await daemon.clean();
      }
    },
  };
};

/**
 * The end of everything, by the kind of program. Debian's supervisord ends one group after the other, and a group's end
 * is noticed when a pipe of it ends or a second has passed: so it matters to it who holds the pipes, and for how long.
 */
export const shutdowns: readonly Experiment[] = [
  ...[
    { kind: PLAIN, rounds: { full: 3, quick: 1 }, seconds: { full: 12, quick: 12 } },
    { kind: PYTHON, rounds: { full: 2, quick: 1 }, seconds: { full: 34, quick: 34 }, goal: 40 },
    { kind: MERGED, rounds: { full: 2, quick: 0 } },
    { kind: WRAPPED, rounds: { full: 2, quick: 0 } },
    { kind: OWN_LOG, rounds: { full: 1, quick: 0 }, seconds: { full: 112, quick: 112 } },
  ].map(one => shutdown({ count: 100, arrangement: 'groups', seconds: { full: 20, quick: 16 }, ...one })),
  ...[
    { kind: PLAIN, rounds: { full: 3, quick: 1 }, goal: 5 },
    { kind: OWN_LOG, rounds: { full: 1, quick: 0 } },
  ].map(one => shutdown({ count: 1000, arrangement: 'group', seconds: { full: 30, quick: 26 }, ...one })),
];

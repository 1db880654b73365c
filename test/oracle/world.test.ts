import { chmod, mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon, startOracle } from '../support/daemon.ts';
import { has, isRoot } from '../support/needs.ts';
import { until } from '../support/until.ts';

type World = Readonly<Record<string, unknown>>;

const PROBE = fileURLToPath(new URL('world/probe.py', import.meta.url));

/** A program's name, what it is told, its options, and whether only root's daemon can run it. */
const ROWS: readonly (readonly [name: string, sentence: string, options: string, rootOnly?: 'root only'])[] =
  [
    ['plain', 'nothing', ''],
    ['redirected', 'redirect_stderr', 'redirect_stderr=true'],
    ['silent', 'no logs', 'stdout_logfile=NONE\nstderr_logfile=NONE'],
    ['captured', 'a capture log', 'stdout_capture_maxbytes=1000'],
    ['masked', 'a umask', 'umask=077'],
    ['loose', 'a umask of 0', 'umask=0'],
    ['placed', 'a directory', 'directory=/usr'],
    ['furnished', 'an environment', `environment=A="1",HOME="/nowhere",PATH="/bin:/usr/bin"`],
    ['pointed', 'a server URL', 'serverurl=unix:///some/where.sock'],
    ['other', 'a user', 'user=nobody', 'root only'],
    ['other-placed', 'a user and a directory', 'user=nobody\ndirectory=/usr\numask=027', 'root only'],
    ['member', 'a user with supplementary groups', 'user=%(ENV_MEMBER)s', 'root only'],
    ['itself', 'its own user', `user=${process.getuid?.()}`],
  ];

/** What is better here (docs/differences.md). */
const better = (name: string, descriptors: object): World => ({
  // It opens for every user.
  'opens /dev/stdout': true,
  // Nobody takes its output in.
  ...(name === 'silent' && {
    descriptors: { ...descriptors, 1: 'device', 2: 'device' },
    'stderr is stdout': true,
  }),
});
const rows = ROWS.filter(([, , , rootOnly]) => rootOnly === undefined || isRoot);

/** Somebody whom a group lists as a member. */
const memberOf = async (): Promise<string> =>
  /:(?!root)([a-z_][\w-]*)$/m.exec(await readFile('/etc/group', 'utf8'))?.[1] ?? 'nobody';

/** What each program finds itself in, without what differs by nature. */
async function worlds(start: typeof startDaemon): Promise<ReadonlyMap<string, World>> {
  const program = (name: string, options: string) =>
    `[program:${name}]\ncommand=/usr/bin/python3 ${PROBE} %(here)s/open/${name} "two words"\n${options}\n`;
  const config = `[supervisord]\nminfds=1024\n${rows.map(([name, , options]) => program(name, options)).join('')}`;
  const daemon = await start(config, { env: { MEMBER: await memberOf(), SHELL: '/bin/dash' }, within: 0 });
  try {
    // Where every user may write; a program is tried again until the folder is there.
    await mkdir(`${daemon.folder}/open`);
    await Promise.all([chmod(daemon.folder, 0o755), chmod(`${daemon.folder}/open`, 0o777)]);
    const found = await Promise.all(
      rows.map(async ([name]): Promise<[string, World]> => [name, await world(daemon, name)]),
    );
    return new Map(found);
  } finally {
    await daemon.stop(60_000);
  }
}

async function world({ folder }: Daemon, name: string): Promise<World> {
  const text = await until<string>(name, () => readFile(`${folder}/open/${name}`, 'utf8'), {
    within: 60_000,
  });
  return JSON.parse(text.replaceAll(folder, 'HERE'));
}

describe.skipIf(!has('supervisor'))(
  "the world of a process is as with Python's supervisord where it has",
  () => {
    let oracle: ReadonlyMap<string, World>;
    let ours: ReadonlyMap<string, World>;
    beforeAll(async () => {
      [oracle, ours] = await Promise.all([worlds(startOracle), worlds(startDaemon)]);
    }, 120_000);

    it.each(rows.map(([name, sentence]) => ({ name, sentence })))('$sentence ($name)', ({ name }) => {
      const theirs = oracle.get(name);
      expect(ours.get(name)).toEqual({ ...theirs, ...better(name, theirs?.descriptors as object) });
    });
  },
);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from '../../support/until.ts';
import { type Scenario, type Scene, short } from './stage.ts';

const small = ['stdout_logfile_maxbytes=10', 'stdout_logfile_backups=3'];
const capture = 'stdout_capture_maxbytes=1000';
const [BEGIN, END] = ['<!--XSUPERVISOR:BEGIN-->', '<!--XSUPERVISOR:END-->'];
const twelve = (...letters: readonly string[]) =>
  letters.map(letter => `say ${letter.repeat(12)}`).join('\n');

/** Resolves when a follower has shown a text. Python's misses some: it has had time to look then. */
type Sees = (text: string) => Promise<unknown>;

/** How our supervisorctl follows a log of either daemon, until it has shown a text and is interrupted. */
async function tailF(
  { daemon, isOracle }: Scene,
  name: string,
  text: string,
  meanwhile: (sees: Sees) => Promise<unknown>,
) {
  const supervisorctl = fileURLToPath(new URL('../../../dist/supervisorctl.js', import.meta.url));
  const child = spawn(process.execPath, [supervisorctl, '-c', daemon.conf, 'tail', '-f', name]);
  let shown = '';
  const seen = new Promise<void>(resolve =>
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      shown += piece;
      if (shown.includes(text)) resolve();
    }),
  );
  await until('the first bytes', () => shown.includes('begun'), { within: 60_000 });
  await meanwhile(words =>
    isOracle ? sleep(500) : until(words, () => shown.includes(words), { within: 60_000 }),
  );
  await seen;
  const ended = once(child, 'close');
  child.kill('SIGINT');
  await ended;
  return shown;
}

/** Files and what is read of them. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'rotated',
    sentence: 'rotates at maxbytes, numbers the files from 1 and keeps as many as backups says',
    options: small,
    script: twelve('a', 'b', 'c', 'd', 'e', 'f'),
  },
  {
    name: 'exact',
    sentence: 'rotates when maxbytes is reached exactly, and not a byte before',
    options: small,
    script: 'say 123456789\nsay A\nsay 1234567890\nsay z',
  },
  {
    name: 'nobackups',
    sentence: 'empties the file where backups is 0',
    options: ['stdout_logfile_maxbytes=10', 'stdout_logfile_backups=0'],
    script: 'say aaaa\nprintf bbbbbbbbbbbb\nwhile [ -s "$F.log" ]; do sleep 0.05; done\nsay c',
  },
  {
    name: 'onebackup',
    sentence: 'keeps one file where backups is 1',
    options: ['stdout_logfile_maxbytes=10', 'stdout_logfile_backups=1'],
    script: twelve('a', 'b', 'c'),
  },
  {
    name: 'endless',
    sentence: 'never rotates where maxbytes is 0',
    options: ['stdout_logfile_maxbytes=0'],
    script: `head -c 300000 /dev/zero | tr '\\0' x`,
  },
  {
    name: 'appended',
    sentence: 'appends to what is there',
    files: { 'appended.log': 'old\n' },
    script: 'echo new',
  },
  {
    name: 'counted',
    sentence: 'counts what was there towards maxbytes, and moves older files on',
    options: small,
    files: { 'counted.log': 'old-old-o', 'counted.log.1': 'older', 'counted.log.2': 'oldest' },
    script: 'printf x; while [ -s "$F.log" ]; do sleep 0.05; done\nsay new',
  },
  {
    name: 'overfull',
    sentence: 'leaves a file that is too large already until the next write',
    options: small,
    files: { 'overfull.log': 'much too long already' },
    script: ':',
  },
  {
    name: 'errors',
    sentence: 'rotates stderr by its own options',
    options: ['stderr_logfile_maxbytes=10', 'stderr_logfile_backups=2', 'stdout_logfile_maxbytes=0'],
    script: `exec 3>&1 >&2
for word in aaaaaaaaaaaa bbbbbbbbbbbb cccccccccccc; do
printf %s $word; until grep -qs $word "$F.err.1"; do sleep 0.05; done
done
exec >&3; printf out`,
  },
  {
    name: 'automatic',
    sentence: 'makes AUTO logs by their names, for the user alone',
    options: ['stdout_logfile=AUTO', 'stderr_logfile=AUTO'],
    script: 'echo out; echo err >&2',
    act: async ({ exited, call }) => {
      await exited();
      const { logfile, stdout_logfile, stderr_logfile } = (await call(
        'getProcessInfo',
        'automatic',
      )) as Record<string, string>;
      return { logfile, stdout_logfile, stderr_logfile };
    },
  },
  {
    name: 'unset',
    sentence: 'removes the AUTO logs of the daemon that ran before, by its identifier alone',
    script: ':',
    files: {
      'unset-stdout---supervisor-abcdefgh.log': 'old',
      'unset-stdout---supervisor-abcdefgh.log.1': 'old',
      'unset-stdout---supervisor-abcdefgh.log.12': 'old',
      'unset-stdout---other-abcdefgh.log': 'kept',
      'unset-stdout---supervisor-abcdefgh.txt': 'kept',
    },
  },
  {
    name: 'nowhere',
    sentence: 'NONE keeps no file, and has none to read',
    options: ['stdout_logfile=NONE', 'stderr_logfile=NONE'],
    script: 'echo out; echo err >&2',
    act: async ({ exited, call }) => {
      await exited();
      return [
        await call('readProcessStdoutLog', 'nowhere', 0, 0),
        await call('tailProcessStdoutLog', 'nowhere', 0, 10),
        await call('readProcessStderrLog', 'nowhere', 0, 0),
        await call('clearProcessLogs', 'nowhere'),
      ];
    },
  },
  {
    name: 'redirected',
    sentence: 'redirect_stderr keeps the order of the two streams, and has no stderr log',
    options: ['redirect_stderr=true', 'stderr_logfile=NONE'],
    script: 'for n in 1 2 3 4 5 6 7 8 9; do echo out $n; echo err $n >&2; done',
    act: async ({ exited, call }) => {
      await exited();
      return [
        await call('readProcessStdoutLog', 'redirected', 0, 0),
        await call('readProcessStderrLog', 'redirected', 0, 0),
        await call('tailProcessStderrLog', 'redirected', 0, 10),
      ];
    },
  },
  {
    name: 'separate',
    sentence: 'keeps the streams apart else',
    script: 'echo out; echo err >&2; echo out',
  },
  {
    name: 'coloured',
    sentence: 'leaves escape sequences as they are without strip_ansi',
    script: `printf '\\033[31mred\\033[0m\\n'`,
  },
  {
    name: 'captured',
    sentence: 'leaves what is between the capture tokens out of the log',
    options: [capture],
    script: `say 'a text that is longer than a token, '\nprintf '${BEGIN}message${END}after, and more than a token would be'`,
    better: {
      files: {
        'captured.err': '',
        'captured.log': 'a text that is longer than a token, after, and more than a token would be',
      },
    },
  },
  {
    name: 'uncaptured',
    sentence: 'leaves capture tokens in the log without capture mode',
    script: `printf 'before ${BEGIN}message${END} after'`,
  },
  {
    name: 'unfinished',
    sentence: 'a message without its end is not in the log',
    options: [capture],
    script: `say 'a text that is much longer than a token is'\nprintf '${BEGIN}message'`,
  },
  {
    name: 'cleared',
    sentence: 'clearProcessLogs begins fresh files',
    script: 'echo err >&2\nsay before\npause clear\nsay after',
    act: async ({ paused, holds, call, go }) => {
      await paused('clear');
      await holds('err', 'err');
      const cleared = await call('clearProcessLogs', 'cleared');
      const read = await call('readProcessStdoutLog', 'cleared', 0, 0);
      await go('clear');
      await holds('after');
      return [cleared, read, await call('tailProcessStdoutLog', 'cleared', 6, 100)];
    },
  },
  {
    name: 'clearedall',
    sentence: 'clearProcessLog and rotated files',
    options: small,
    script: `${twelve('a', 'b')}\npause clear\nsay after`,
    act: async ({ paused, call, go }) => {
      await paused('clear');
      const cleared = await call('clearProcessLog', 'clearedall');
      await go('clear');
      return cleared;
    },
  },
  {
    name: 'reopened',
    sentence: 'USR2 opens the log by its name again',
    script: 'say before\npause move\nprintf between\npause usr2\nsay after',
    reopens: true,
    act: async ({ paused, go, move, holds, reopen }) => {
      await paused('move');
      await move('log', 'moved');
      await go('move');
      await holds('between', 'moved');
      await paused('usr2');
      await reopen();
      await holds('', 'log');
      await go('usr2');
    },
  },
  {
    name: 'logrotate',
    sentence: 'logrotate moves the files on, then sends USR2: no line is lost',
    options: ['stdout_logfile_maxbytes=0'],
    files: { 'logrotate.log.1': 'older\n' },
    script: 'say one\npause move\nprintf two\npause usr2\nsay three\necho four >&2',
    reopens: true,
    act: async ({ paused, go, move, holds, reopen }) => {
      await paused('move');
      await move('log.1', 'log.2');
      await move('log', 'log.1');
      await go('move');
      await holds('two', 'log.1');
      await paused('usr2');
      await reopen();
      await holds('', 'log');
      await go('usr2');
    },
  },
  {
    name: 'copied',
    sentence: 'logrotate copies the file and truncates it: what comes then begins the file',
    options: ['stdout_logfile_maxbytes=20'],
    script: 'say 0123456789abcdef\npause copy\nsay 0123456789\nsay ABCDEFGHIJ\nsay z',
    act: async ({ daemon, paused, go }) => {
      await paused('copy');
      const path = join(daemon.folder, 'copied.log');
      await writeFile(`${path}.copy`, await readFile(path));
      await writeFile(path, '');
      await go('copy');
    },
  },
  {
    name: 'readable',
    sentence: 'readLog and tailLog read the newest file after a rotation',
    options: small,
    script: `${twelve('a', 'b')}\nsay xyz`,
    act: async ({ exited, call }) => {
      await exited();
      const reads = [
        [0, 0],
        [-2, 0],
        [1, 1],
        [5, 0],
        [-1, 1],
      ] as const;
      const tails = [
        [0, 100],
        [0, 2],
        [3, 10],
        [1000, 10],
      ] as const;
      return [
        ...(await Promise.all(reads.map(range => call('readProcessStdoutLog', 'readable', ...range)))),
        ...(await Promise.all(tails.map(range => call('tailProcessStdoutLog', 'readable', ...range)))),
      ];
    },
  },
  {
    name: 'followed',
    sentence: 'supervisorctl tail -f begins with the last 1,024 bytes, and misses nothing at a rotation',
    options: ['stdout_logfile_maxbytes=2000'],
    script: `head -c 1500 /dev/zero | tr '\\0' x; say ' begun '; pause follow
head -c 1000 /dev/zero | tr '\\0' y; until [ -e "$F.log.1" ]; do sleep 0.05; done; say ended; pause end`,
    act: async scene => {
      const { paused, go } = scene;
      await paused('follow');
      const shown = await tailF(scene, 'followed', 'ended', () => go('follow'));
      await go('end');
      return short(shown);
    },
    better: {
      said: '==> Press Ctrl-C to exit <==\n<x times 1017> begun <y times 1000>ended\n',
    },
  },
  {
    name: 'shown',
    sentence: 'supervisorctl tail -f follows across a rotation and a clear',
    options: ['stdout_logfile_maxbytes=20'],
    script: `say 'begun '\npause one\nsay 'one, long enough to rotate '\npause two\nsay 'two '\npause clear\nsay 'three '\npause end`,
    act: async scene => {
      const { paused, go, call } = scene;
      await paused('one');
      const shown = await tailF(scene, 'shown', 'three', async sees => {
        await go('one');
        await paused('two');
        await sees('to rotate');
        await go('two');
        await paused('clear');
        await sees('two');
        await call('clearProcessLogs', 'shown');
        await go('clear');
      });
      await go('end');
      return shown;
    },
    better: { said: '==> Press Ctrl-C to exit <==\nbegun one, long enough to rotate two three \n' },
  },
  {
    name: 'tailed',
    sentence: 'supervisorctl tail shows the last 1600 bytes, or as many as it is asked for, of either stream',
    script: `head -c 2000 /dev/zero | tr '\\0' x; echo end; echo oops >&2`,
    act: async ({ exited, daemon }) => {
      await exited();
      const lines = [
        ['tail', 'tailed'],
        ['tail', '-5', 'tailed'],
        ['tail', 'tailed', 'stderr'],
      ];
      const runs = await Promise.all(lines.map(line => daemon.ctl(...line)));
      return runs.map(({ code, stdout }) => [code, stdout]);
    },
  },
  {
    name: 'hasty',
    sentence: 'what is written just before the end is in the log when the program is EXITED',
    script: `head -c 60000 /dev/zero | tr '\\0' x; printf end; printf err >&2; exit 0`,
  },
  {
    name: 'killed',
    sentence: 'what is written just before a death by signal is in the log',
    script: 'printf last; kill -9 $$',
  },
  {
    name: 'partial',
    sentence: 'a last line without its newline stays as it is',
    script: 'printf "one\\ntwo"',
  },
  {
    name: 'closed',
    sentence: 'a child that closes stdout goes on, and its stderr is logged',
    script: 'say out\nexec >&-\npause closed\nprintf err >&2\nuntil [ -s "$F.err" ]; do sleep 0.05; done',
    act: async ({ paused, call, go }) => {
      await paused('closed');
      const { statename } = (await call('getProcessInfo', 'closed')) as { readonly statename: string };
      await go('closed');
      return statename;
    },
  },
  {
    name: 'survived',
    sentence: 'what a grandchild writes after the end of its parent is still logged',
    script: `say 'early '\n( trap '' PIPE; pause late; printf late && : >"$F.at.taken"; : >"$F.at.over" ) & exit 0`,
    act: async ({ exited, go, paused, holds, daemon }) => {
      await exited();
      await go('late');
      await paused('over');
      if (existsSync(join(daemon.folder, 'survived.at.taken'))) await holds('late');
    },
    better: { files: { 'survived.err': '', 'survived.log': 'early late' } },
  },
  {
    name: 'nuls',
    sentence: 'NULs and control bytes are kept',
    script: `printf 'a\\000b\\001\\r\\n\\177'`,
  },
  {
    name: 'broken',
    sentence: 'what is no UTF-8 is kept, and so is a character that two writes bring',
    script: `printf '\\377\\376'; say x; printf '\\342\\202'; sleep 0.2; printf '\\254\\n'`,
  },
  {
    name: 'again',
    sentence: 'the next process appends to the log of the last',
    options: ['autorestart=unexpected', 'exitcodes=0'],
    script:
      'say x\n[ -e "$F.at.twice" ] && { : >"$F.at.second"; exit 0; }\n: >"$F.at.twice"; echo first; exit 1',
    // Between the two it is EXITED for a moment.
    act: ({ paused }) => paused('second'),
  },
  {
    name: 'numbered',
    sentence: 'each of numprocs has its own file',
    options: [
      'numprocs=1',
      'process_name=%(program_name)s',
      'stdout_logfile=%(here)s/%(program_name)s.%(process_num)d.log',
    ],
    script: 'echo me',
  },
  {
    name: 'both',
    sentence: 'both streams may go to one file',
    options: ['stderr_logfile=%(here)s/both.log', 'stdout_logfile_maxbytes=0', 'stderr_logfile_maxbytes=0'],
    script: 'say out\nprintf err >&2; until grep -q err "$F.log"; do sleep 0.05; done\nsay again',
  },
];

/** What the daemon's own stdout or stderr has of a program's output. */
const printed =
  (file: string, text: string) =>
  async ({ daemon, exited }: Scene) => {
    await exited();
    const lines = (await readFile(join(daemon.folder, file), 'utf8')).split('\n');
    return lines.filter(line => line.includes(text));
  };

/** Under strip_ansi=true, nocleanup=true and silent, where the daemon's own stdout is to be seen. */
export const PLAIN_SCENARIOS: readonly Scenario[] = [
  {
    name: 'stripped',
    sentence: 'strip_ansi takes escape sequences out',
    script: `printf '\\033[31mred\\033[0m and \\033[1;32mgreen\\033[0m\\n'`,
  },
  {
    name: 'split',
    sentence: 'strip_ansi takes out a sequence that two reads bring',
    script: `say a\nprintf 'b\\033[3'\nsleep 0.5\nprintf '1mred\\n'`,
    better: { files: { 'split.err': '', 'split.log': 'abred\n' } },
  },
  {
    name: 'stdout',
    sentence: 'a program may write to the daemon’s stdout',
    options: ['stdout_logfile=/dev/stdout', 'stdout_logfile_maxbytes=0'],
    script: 'echo to stdout',
    act: printed('stdout', 'to stdout'),
  },
  {
    name: 'fd',
    sentence: 'or by its number',
    options: ['stdout_logfile=/dev/fd/1', 'stdout_logfile_maxbytes=0'],
    script: 'echo to descriptor one',
    act: printed('stdout', 'to descriptor one'),
  },
  {
    name: 'stderr',
    sentence: 'or to its stderr',
    options: ['stderr_logfile=/dev/stderr', 'stderr_logfile_maxbytes=0'],
    script: 'echo to stderr >&2',
    act: printed('stderr', 'to stderr'),
  },
  {
    name: 'kept',
    sentence: 'nocleanup leaves the AUTO logs of the daemon that ran before',
    script: ':',
    files: {
      'kept-stdout---supervisor-abcdefgh.log': 'old',
      'kept-stderr---supervisor-abcdefgh.log.1': 'old',
    },
  },
];

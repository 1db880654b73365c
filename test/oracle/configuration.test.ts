import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { has } from '../support/needs.ts';
import { ACCEPTED, DIFFERENT, REFUSED, type Row, STRICTER } from './configurations.ts';
import { ours, run, type Side, startPython, type Trial } from './pair.ts';

/** What an accepted configuration gets besides: a socket to ask at, and its logs in its folder. */
const ROOM = `
[unix_http_server]
file=%(here)s/supervisor.sock
[supervisord]
logfile=%(here)s/supervisord.log
pidfile=%(here)s/supervisord.pid
childlogdir=%(here)s
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
`;

const START = ['-n', '-c', 'a.conf'];

/** Programs that do not look at themselves need not run. */
const quiet = (text: string): string =>
  text.includes('probe.sh') ? text : text.replaceAll(/^command=/gm, 'autostart=false\n$&');

const running = ({ text, files = {}, args = START }: Row): Trial => ({
  text: ROOM + quiet(text),
  files: Object.fromEntries(Object.entries(files).map(([name, content]) => [name, quiet(content)])),
  args,
});

/** As it stands; the first rows are about files without [supervisord]. */
const bare = ({ text, files = {}, args = START }: Row, index: number): Trial => {
  const complete = index < 2 || text.includes('[supervisord]') || !text.includes('[');
  return { text: complete ? text : `${text}\n[supervisord]\n`, files, args };
};

describe.skipIf(!has('supervisor'))("beside Python's supervisord", () => {
  let python: Side;
  beforeAll(() => {
    python = startPython();
  });
  afterAll(() => python.stop());

  it('there are at least 150 configurations', () => {
    expect(REFUSED.length + ACCEPTED.length).toBeGreaterThanOrEqual(150);
  });

  describe.concurrent('both refuse, in the same words', () => {
    it.each(REFUSED.map((row, index) => ({ ...row, trial: bare(row, index) })))(
      '$what',
      async ({ trial }) => {
        const theirs = await run(python, trial);
        expect(theirs).toMatchObject({ refused: expect.stringMatching(/^Error: /), code: 2 });
        expect(await run(ours, trial)).toEqual(theirs);
      },
    );
  });

  describe.concurrent('both run by the same settings', () => {
    it.each(ACCEPTED.map(row => ({ ...row, trial: running(row) })))('$what', async ({ trial }) => {
      const theirs = await run(python, trial);
      expect(theirs).toMatchObject({ accepted: true });
      expect(await run(ours, trial)).toEqual(theirs);
    });
  });

  describe.concurrent('only ours accepts', () => {
    it.each(DIFFERENT.map(row => ({ ...row, trial: running(row) })))(
      '$what, since $why',
      async ({ trial }) => {
        expect(await run(python, trial)).toMatchObject({ code: 2 });
        expect(await run(ours, trial)).toMatchObject({ accepted: true });
      },
    );
  });

  describe.concurrent('only ours refuses', () => {
    it.each(STRICTER.map(row => ({ ...row, trial: running(row) })))(
      '$what, since $why',
      async ({ trial }) => {
        expect(await run(python, trial)).toMatchObject({ accepted: true });
        expect(await run(ours, trial)).toMatchObject({ code: 2 });
      },
    );
  });
});

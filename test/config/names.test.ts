import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SUPERVISORCTL_FLAGS, SUPERVISORD_FLAGS } from '../../src/config/flags.ts';
import { kindOf } from '../../src/config/options/sections.ts';
import { run } from '../support/run.ts';

const SAMPLE = '/usr/share/doc/supervisor/examples/sample.conf';
const SUPERVISORD = '/usr/bin/supervisord';

/** A file with every section, so that Python's parser is asked for every option that Supervisor has. */
const CONF = `[supervisord]
[unix_http_server]
file=/tmp/a
[inet_http_server]
port=1
[supervisorctl]
[include]
files=none
[group:g]
programs=p
[program:p]
command=x
[fcgi-program:f]
command=x
socket=unix:///tmp/a
[eventlistener:l]
command=x
events=TICK_5
[rpcinterface:r]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
`;

/** Makes Python's Supervisor read that file and tells which options it asked for, by section. */
const ASK = `
import configparser, json, sys, tempfile
asked = {}
def note(method):
    original = getattr(configparser.RawConfigParser, method)
    def noting(self, section, option, *args, **kwargs):
        asked.setdefault(section, set()).add(option)
        return original(self, section, option, *args, **kwargs)
    setattr(configparser.RawConfigParser, method, noting)
note('get'); note('has_option')
from supervisor.options import ServerOptions, ClientOptions
with tempfile.NamedTemporaryFile('w', suffix='.conf') as file:
    file.write(sys.stdin.read()); file.flush()
    for options in (ServerOptions(), ClientOptions()):
        options.realize(['-c', file.name])
print(json.dumps({section: sorted(names) for section, names in asked.items()}))
`;

describe.skipIf(!existsSync(SUPERVISORD))("every name of Python's Supervisor", () => {
  it('is an option of ours, in the same section', async () => {
    const { stdout, stderr } = await run('/usr/bin/python3', ['-c', ASK], { input: CONF });
    expect(stderr).toBe('');
    const asked: Record<string, string[]> = JSON.parse(stdout);
    expect(Object.keys(asked).length).toBeGreaterThan(8);
    for (const [section, options] of Object.entries(asked)) {
      expect(Object.keys(kindOf(section)?.options ?? {}), section).toEqual(expect.arrayContaining(options));
    }
    // What stands in our table without a note that it is ours, Supervisor must know.
    for (const [section, options] of Object.entries(asked)) {
      const theirs = Object.entries(kindOf(section)?.options ?? {}).filter(([, { ours }]) => !ours);
      for (const [name] of theirs) expect(options, section).toContain(name);
    }
  });

  it.each([
    [SUPERVISORD, SUPERVISORD_FLAGS],
    ['/usr/bin/supervisorctl', SUPERVISORCTL_FLAGS],
  ])('is an option of the command line of %s', async (command, table) => {
    const { stdout } = await run(command, ['-h']);
    const shorts = [...stdout.matchAll(/^-(\w)\//gm)].map(([, letter]) => letter);
    const longs = [...stdout.matchAll(/^(?:-\w\/)?--([\w-]+)/gm)].map(([, name]) =>
      name?.replaceAll('-', '_'),
    );
    expect(shorts.length).toBeGreaterThan(6);
    const flags: readonly { short?: string; long?: string }[] = Object.values(table);
    expect(flags.map(({ short }) => short)).toEqual(expect.arrayContaining(shorts));
    expect(flags.map(({ long }) => long)).toEqual(expect.arrayContaining(longs));
  });
});

describe.skipIf(!existsSync(SAMPLE))("Debian's sample", () => {
  it('has no option that we do not know', () => {
    let section = '';
    for (const line of readFileSync(SAMPLE, 'utf8').split('\n')) {
      section = /^;?\[([^\]]+)\]/.exec(line)?.[1] ?? section;
      const option = /^;?([a-z_.]+)\s?=/.exec(line)?.[1];
      const kind = kindOf(section);
      if (option !== undefined && kind && !kind.open)
        expect(Object.keys(kind.options), `[${section}]`).toContain(option);
    }
    expect(section).toBe('include');
  });
});

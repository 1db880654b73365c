import { describe, expect, it } from 'vitest';
import { checkConfiguration, checkJson, checkText } from '../../src/config/check.ts';
import { folderOf, plainOptions, worldIn } from './world.ts';

const check = (files: Readonly<Record<string, string>>) => {
  const folder = folderOf(files);
  const report = checkConfiguration(plainOptions('a.conf'), worldIn(folder));
  const here = (text: string) => text.replaceAll(folder, 'HERE');
  return { report, text: here(checkText(report)), json: JSON.parse(here(checkJson(report))) };
};

const BAD = {
  'a.conf': `[supervisord]
loglevel=loud
[include]
files=more/*.conf
[program:a]
command=/bin/cat
autostart=maybe
startsec=1
nonsense
[group:g]
programs=a,b
`,
  'more/b.conf': `[program:b]
numprocs=3
process_name=%(process_num)d
stopsignal=SIGNOPE
environment=A
stdout_logfile=/no/such/b.log
`,
};

describe('--check', () => {
  it('tells everything that is wrong, each at its place', () => {
    const { text, report } = check(BAD);
    expect(text).toBe(`a.conf:2: error: bad logging level name 'loud'
    in [supervisord] loglevel = loud
    expected one of critical, error, warn, info, debug, trace, blather
a.conf:7: error: not a valid boolean value: 'maybe'
    in [program:a] autostart = maybe
    expected true or false (or yes, no, on, off, 1, 0)
a.conf:8: warning: Unknown option startsec in section [program:a] is ignored
    in [program:a] startsec
    did you mean startsecs?
a.conf:9: error: Neither section, option nor comment: 'nonsense\\n'
    expected an option (name=value), a section ([name]) or a comment (; text)
HERE/more/b.conf:1: error: program section program:b does not specify a command
    in [program:b] command
HERE/more/b.conf:4: error: value 'SIGNOPE' is not a valid signal name
    in [program:b] stopsignal = SIGNOPE
    expected a signal, such as TERM, SIGHUP or 9
    did you mean SIGFPE?
HERE/more/b.conf:5: error: Unexpected end of key/value pairs in value 'A'
    in [program:b] environment
    expected KEY="value" pairs, separated by commas
HERE/more/b.conf:6: warning: The directory named as part of the path /no/such/b.log does not exist
    in [program:b] stdout_logfile = /no/such/b.log
    expected a path in a folder that exists, AUTO or NONE
a.conf: 6 errors, 2 warnings
`);
    expect(report).toMatchObject({ errors: 6, warnings: 2 });
  });

  it('tells the same as JSON', () => {
    const { json } = check(BAD);
    expect(json.findings[1]).toEqual({
      severity: 'error',
      message: "not a valid boolean value: 'maybe' in section 'program:a' (file: 'a.conf')",
      section: 'program:a',
      option: 'autostart',
      value: 'maybe',
      place: { file: 'a.conf', line: 7 },
      expected: 'true or false (or yes, no, on, off, 1, 0)',
    });
    expect(json.files).toEqual(['HERE/a.conf', 'HERE/more/b.conf']);
  });

  it('says how many processes would run by what is right', () => {
    const { text, report } = check({
      'a.conf': '[supervisord]\n[program:a]\ncommand=x\nnumprocs=3\nprocess_name=%(process_num)d\n',
    });
    expect(text).toBe('a.conf: no errors, no warnings; 3 to run\n');
    expect(report.findings).toEqual([]);
  });

  it('finds the error that a start would end with', () => {
    const { report } = check({ 'b.conf': '' });
    expect(report).toMatchObject({ errors: 1, findings: [{ message: 'could not find config file a.conf' }] });
  });

  it('reads on after lines that stand in no section', () => {
    const { report } = check({ 'a.conf': 'x=1\ny=2\n[supervisord]\nnodaemon=z\n' });
    expect(report.findings.map(({ place }) => place?.line)).toEqual([1, 2, 4]);
  });
});

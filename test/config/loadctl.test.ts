import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SupervisorctlOptions } from '../../src/config/commandline.ts';
import { loadCtlConfiguration } from '../../src/config/loadctl.ts';
import { fakeWorld, folderOf } from './world.ts';

/** On this machine a file is found whatever the current folder is. */
const INSTALLED = ['/etc/supervisord.conf', '/etc/supervisor/supervisord.conf'].some(file =>
  existsSync(file),
);

const NOTHING: SupervisorctlOptions = {
  configuration: undefined,
  interactive: false,
  serverurl: undefined,
  username: undefined,
  password: undefined,
  history_file: undefined,
  args: [],
};

/** Loads a file's text with these options, in a folder that is also the home. */
function settings(text: string | undefined, options: Partial<SupervisorctlOptions> = {}) {
  const folder = folderOf(text === undefined ? {} : { 'c.conf': text });
  const world = fakeWorld({ cwd: folder, env: { HOME: folder } });
  const configuration = text === undefined ? undefined : 'c.conf';
  const loaded = loadCtlConfiguration({ ...NOTHING, configuration, ...options }, world);
  return JSON.parse(JSON.stringify(loaded).replaceAll(folder, 'HERE'));
}

describe('supervisorctl', () => {
  it.each([
    ['[supervisorctl]', { serverurl: 'http://localhost:9001', prompt: 'supervisor' }],
    ['[supervisorctl]\nserverurl=unix://%(here)s/../x', { serverurl: 'unix:///tmp/x', prompt: 'supervisor' }],
    ['[supervisorctl]\nserverurl=unix://~/x', { serverurl: 'unix://HERE/x', prompt: 'supervisor' }],
    ['[supervisorctl]\nserverurl=foo\nprompt=%(ENV_HOME)s%%', { serverurl: 'foo', prompt: 'HERE%' }],
    [
      '[supervisorctl]\nusername=u\npassword=p\nhistory_file=~/.h',
      {
        serverurl: 'http://localhost:9001',
        prompt: 'supervisor',
        username: 'u',
        password: 'p',
        history_file: 'HERE/.h',
      },
    ],
  ])('reads %j', (text, expected) => {
    expect(settings(text)).toEqual(expected);
  });

  it.skipIf(INSTALLED)('needs no file where it finds none', () => {
    expect(settings(undefined)).toEqual({ serverurl: 'http://localhost:9001', prompt: 'supervisor' });
  });

  it('goes by the command line before the file', () => {
    const text = '[supervisorctl]\nserverurl=http://a:1\nusername=u\npassword=p\nhistory_file=/a\nprompt=x';
    const given = { serverurl: 'http://b:2', username: 'v', password: 'q', history_file: '~/b' };
    expect(settings(text, given)).toEqual({ ...given, history_file: 'HERE/b', prompt: 'x' });
  });

  it.each([
    ['[supervisord]', '.ini file does not include supervisorctl section'],
    ['[include]\nfiles=c.conf', '.ini file does not include supervisorctl section'],
    [
      '[supervisorctl]\nusername=%(here)s',
      "contains names ('here') which cannot be expanded. Available names: ENV_HOME",
    ],
    ['[supervisorctl]\npassword=50%', "Format string '50%' for 'supervisorctl.password' is badly formatted"],
  ])('refuses %j as Supervisor does', (text, complaint) => {
    expect(() => settings(text)).toThrow(complaint);
  });

  it('refuses a file that is none, wherever the fault stands', () => {
    const text = '[supervisorctl]\nprompt=x\n[program:x]\ncommand=y\nfaulty\n';
    expect(() => settings(text)).toThrow(
      "Source contains parsing errors: 'c.conf'\n\t[line  5]: 'faulty\\n'",
    );
  });

  it('takes what it does not say itself from [DEFAULT], and nothing from others', () => {
    const text = '[program:x]\nprompt=z\n[supervisorctl]\nusername=u\npassword=p\n[DEFAULT]\nprompt=y\n';
    expect(settings(text)).toMatchObject({ prompt: 'y', username: 'u' });
  });

  it('refuses a file that is not there', () => {
    expect(() => settings(undefined, { configuration: 'no.conf' })).toThrow(
      'could not find config file no.conf',
    );
  });
});

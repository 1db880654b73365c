import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startOracle } from '../support/daemon.ts';
import { has } from '../support/needs.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const ours = fileURLToPath(new URL('../../dist/supervisorctl.js', import.meta.url));

const CONFIG = `
[supervisorctl]
prompt=watchman
[program:web]
command=sleep 1000
startsecs=0
[program:webhook]
command=sleep 1000
startsecs=0
[program:echo]
command=sh -c 'while read line; do echo "got $line"; done'
startsecs=0
[program:ticks]
command=sh -c 'while :; do echo tick; sleep 0.1; done'
startsecs=0
`;

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const UP = '\x1b[A';

describe.skipIf(!has('supervisor', 'python3'))('at a terminal', () => {
  let daemon: Daemon;
  const opened: Terminal[] = [];

  beforeAll(async () => {
    daemon = await startOracle(CONFIG);
  });

  afterAll(async () => {
    for (const terminal of opened) terminal.hangUp();
    await daemon.stop();
  });

  const open = (...args: readonly string[]) => {
    const terminal = openTerminal([process.execPath, ours, '-c', daemon.conf, ...args], daemon.folder);
    opened.push(terminal);
    return terminal;
  };

  /** Opens the prompt and waits until it asks. */
  async function prompt(...args: readonly string[]) {
    const terminal = open(...args);
    const greeting = await terminal.see('watchman> ');
    return { ...terminal, greeting };
  }

  it('the status is shown first, then the prompt of the configuration', async () => {
    const { greeting, type, ended } = await prompt();
    expect(greeting).toMatch(/^echo +RUNNING .*\nticks .*\nweb .*\nwebhook .*\nwatchman> $/);
    type('exit\n');
    expect(await ended).toBe(0);
  });

  it.each([
    ['Ctrl-C', CTRL_C],
    ['Ctrl-D', CTRL_D],
    ['quit', 'quit\n'],
  ])('%s leaves it, with 0', async (_, keys) => {
    const { type, ended } = await prompt();
    type(keys);
    expect(await ended).toBe(0);
  });

  it('Tab completes actions and names', async () => {
    const { type, see } = await prompt();
    type('vers\t');
    await see('version ');
    type('\n');
    await see('4.2.5\nwatchman> ');
    type('pid ti\t');
    await see('pid ticks ');
    type('\n');
    await see(/\n\d+\nwatchman> /);
  });

  it('a second Tab lists what is possible', async () => {
    const { type, see } = await prompt();
    type('stop w\t');
    await see('stop web');
    type('\t');
    const shown = await see(/web\s+webhook/);
    expect(shown).not.toContain('ticks');
  });

  it('a half-typed action is refused and the prompt goes on', async () => {
    const { type, see } = await prompt();
    type('stat\n');
    await see('*** Unknown syntax: stat\nwatchman> ');
    type('start\n');
    await see('Error: start requires a process name\n');
    await see('watchman> ');
  });

  it('lines that were typed ahead wait for their turn', async () => {
    const { type, see } = await prompt();
    type('restart web\npid nope\nversion\n');
    await see('web: started\n');
    await see('No such process nope\n');
    await see('4.2.5\n');
    await see('watchman> ');
  });

  it('a shutdown asks, and takes no for an answer', async () => {
    const { type, see } = await prompt();
    type('shutdown\n');
    await see('Really shut the remote supervisord process down y/N? ');
    type('n\n');
    await see('watchman> ');
    type('version\n');
    await see('4.2.5\n');
  });

  it('Ctrl-C ends tail -f and brings the prompt back', async () => {
    const { type, see } = await prompt();
    type('tail -f ticks\n');
    await see('==> Press Ctrl-C to exit <==\n');
    await see('tick\ntick\n');
    type(CTRL_C);
    await see('watchman> ');
    type('version\n');
    await see('4.2.5\n');
  });

  it('fg passes lines on, and Ctrl-C leaves the process alone', async () => {
    const { type, see } = await prompt();
    type('fg echo\n');
    await see('==> Press Ctrl-C to exit <==\n');
    type('hello\n');
    await see('got hello\n');
    type(CTRL_C);
    await see('Exiting foreground\n');
    await see('watchman> ');
    type('status echo\n');
    await see(/echo +RUNNING/);
  });

  it('fg says when the process ends', async () => {
    const terminal = open('fg', 'echo');
    await terminal.see('==> Press Ctrl-C to exit <==\n');
    await daemon.python('stop', 'echo');
    await terminal.see('Process got killed\nExiting foreground\n');
    expect(await terminal.ended).toBe(0);
    await daemon.python('start', 'echo');
  });

  it('the history file keeps what was typed, for the next time', async () => {
    const file = join(daemon.folder, 'history');
    await writeFile(file, 'pid nope\n');
    const first = await prompt('-r', file);
    first.type('version\n');
    await first.see('4.2.5\n');
    first.type('exit\n');
    await first.ended;
    expect(await readFile(file, 'utf8')).toMatch(/^pid nope\nversion\n/);
    const second = await prompt('-r', file);
    second.type(`${UP}${UP}${UP}\n`);
    await second.see('No such process nope\n');
  });

  it('status --watch draws in place until Ctrl-C', async () => {
    const terminal = open('status', '--watch=0.1', 'web');
    await terminal.see(/web +RUNNING.*\n(.*\n)*web +RUNNING/);
    terminal.type(CTRL_C);
    expect(await terminal.ended).toBe(0);
  });

  it('a terminal that goes away takes tail -f with it', async () => {
    const terminal = open('tail', '-f', 'ticks');
    await terminal.see('tick\n');
    terminal.hangUp();
    expect(await terminal.ended).toBe(129);
  });

  it('hash-password shows nothing of the password', async () => {
    const terminal = open('hash-password');
    await terminal.see('Password:');
    terminal.type('geheim\n');
    await terminal.see('Again:');
    terminal.type('geheim\n');
    const shown = await terminal.see(/\{SCRYPT\}.*\n/);
    expect(shown).not.toContain('geheim');
    expect(await terminal.ended).toBe(0);
  });

  it('a password that is missing is asked for, unseen', async () => {
    const locked = await startOracle(`[unix_http_server]\nusername=user\npassword=geheim\n${CONFIG}`);
    const terminal = openTerminal([process.execPath, ours, '-c', locked.conf], locked.folder);
    await terminal.see('Server requires authentication\nUsername:');
    terminal.type('user\n');
    await terminal.see('Password:');
    terminal.type('falsch\n');
    await terminal.see('Server requires authentication\nUsername:');
    terminal.type('user\n');
    await terminal.see('Password:');
    terminal.type('geheim\n');
    const shown = await terminal.see('watchman> ');
    expect(shown).toMatch(/web +RUNNING/);
    expect(shown).not.toContain('geheim');
    terminal.type('exit\n');
    expect(await terminal.ended).toBe(0);
    await locked.stop();
  });
});

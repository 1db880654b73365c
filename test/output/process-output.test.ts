import {
  closeSync,
  existsSync,
  fstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProcessSpec } from '../../machines/spec.ts';
import type { OutputsDeps } from '../../src/output/registry.ts';
import { mkfifo } from '../../src/process/foreign.ts';
import { fakeKernel, folder, outputsIn, processSpec, run, streamSpec } from './outputs.ts';

const file = (path: string) => streamSpec({ logfile: [{ to: 'file', path }] });

it('has what a process wrote just before its end in the logs after drain', async () => {
  const home = folder();
  const { outputs } = outputsIn(home);
  const out = join(home, 'out.log');
  const err = join(home, 'err.log');
  const output = outputs.add(processSpec({ stdout: file(out), stderr: file(err) }));
  await run(output, 'echo one; echo two >&2; echo three > /dev/stdout');
  expect(readFileSync(out, 'utf8')).toBe('one\nthree\n');
  expect(readFileSync(err, 'utf8')).toBe('two\n');
  expect(output).toMatchObject({ stdoutLog: out, stderrLog: err });
});

it('keeps the order of both streams with redirect_stderr', async () => {
  const home = folder();
  const { outputs } = outputsIn(home);
  const out = join(home, 'out.log');
  const output = outputs.add(processSpec({ redirect_stderr: true, stdout: file(out) }));
  await run(output, 'for i in 1 2 3 4 5 6 7 8 9; do echo $i; echo $i >&2; done');
  expect(readFileSync(out, 'utf8')).toBe('123456789'.replace(/./g, '$&\n$&\n'));
  expect(output.stderrLog).toBeUndefined();
});

it('loses nothing of a grandchild that writes after its parent has ended', async () => {
  const home = folder();
  const { outputs } = outputsIn(home);
  const out = join(home, 'out.log');
  const output = outputs.add(processSpec({ stdout: file(out) }));
  const [word, done] = [join(home, 'word'), join(home, 'done')];
  const waitFor = (file: string) => `until [ -e ${file} ]; do sleep 0.02; done`;
  await run(output, `(${waitFor(word)}; echo late; : > ${done}) & echo early`);
  expect(readFileSync(out, 'utf8')).toBe('early\n');
  writeFileSync(word, '');
  await run(output, `${waitFor(done)}; echo next`);
  expect(readFileSync(out, 'utf8')).toBe('early\nlate\nnext\n');
});

it('takes a line of 100 MB, NULs and broken UTF-8 as they are', async () => {
  const home = folder();
  const { outputs } = outputsIn(home);
  const out = join(home, 'out.log');
  const output = outputs.add(processSpec({ stdout: { ...file(out), logfile_maxbytes: 0 } }));
  await run(output, `head -c 100000000 /dev/zero; printf '\\377\\000\\303'`);
  expect(readFileSync(out).equals(Buffer.concat([Buffer.alloc(100_000_000), Buffer.of(255, 0, 0xc3)]))).toBe(
    true,
  );
});

it('makes AUTO logs when it is added, and removes those of the daemon before', () => {
  const home = folder();
  writeFileSync(join(home, 'old-stdout---supervisor-abcdefgh.log'), '');
  writeFileSync(join(home, 'old-stdout---supervisor-abcdefgh.log.3'), '');
  writeFileSync(join(home, 'old-stdout---other-abcdefgh.log'), '');
  const { outputs } = outputsIn(home);
  const auto = streamSpec({ logfile: [{ to: 'auto' }] });
  const output = outputs.add(processSpec({ autostart: false, stdout: auto, stderr: auto }));
  expect(output.stdoutLog).toMatch(/\/web-stdout---supervisor-[a-z0-9_]{8}\.log$/);
  expect(output.stderrLog).toMatch(/\/web-stderr---supervisor-[a-z0-9_]{8}\.log$/);
  const there = readdirSync(home).filter(name => name.endsWith('.log'));
  expect(there).toContain('old-stdout---other-abcdefgh.log');
  expect(there).toHaveLength(3);
});

it('writes to the fresh file after logrotate has moved the old one and asked to reopen', async () => {
  const home = folder();
  const { outputs } = outputsIn(home);
  const out = join(home, 'out.log');
  const output = outputs.add(processSpec({ stdout: file(out) }));
  await run(output, 'echo one');
  renameSync(out, `${out}.moved`);
  outputs.reopenAll();
  await run(output, 'echo two');
  expect(readFileSync(`${out}.moved`, 'utf8')).toBe('one\n');
  expect(readFileSync(out, 'utf8')).toBe('two\n');
});

it('tells why a log cannot be opened by an errno code', () => {
  const { outputs } = outputsIn(folder());
  const output = outputs.add(processSpec({ stdout: file('/no/such/folder/out.log') }));
  expect(() => output.openChildEnds()).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});

it('has the output of the next process where somebody has tidied the FIFOs away', async () => {
  const home = folder();
  const { outputs } = outputsIn(home, { kernel: { ...fakeKernel(), mkfifo } });
  const [out, later] = [join(home, 'out.log'), join(home, 'later.log')];
  const output = outputs.add(processSpec({ stdout: file(out) }));
  await run(output, 'echo one');
  rmSync(join(home, 'fifos'), { recursive: true });
  await run(output, 'echo two; echo three > /dev/stdout');
  expect(readFileSync(out, 'utf8')).toBe('one\ntwo\nthree\n');
  await run(outputs.add(processSpec({ name: 'later', stdout: file(later) })), 'echo four');
  expect(readFileSync(later, 'utf8')).toBe('four\n');
});

it('removes its FIFOs when it is closed, and tells so', async () => {
  const home = folder();
  const { outputs } = outputsIn(home);
  const output = outputs.add(
    processSpec({ stdout: file(join(home, 'out.log')), stderr: file(join(home, 'err.log')) }),
  );
  await run(output, 'true');
  expect(readdirSync(join(home, 'fifos'))).toHaveLength(2);
  let disposals = 0;
  output.onDisposal(() => disposals++);
  outputs.remove('web', 'web');
  expect(existsSync(join(home, 'fifos')) && readdirSync(join(home, 'fifos'))).toEqual([]);
  expect(disposals).toBe(1);
  expect(outputs.get('web', 'web')).toBeUndefined();
});

describe('a stream without logs', () => {
  /** What a process is given for its stdout. */
  function given(over: Partial<ProcessSpec>, deps: Partial<OutputsDeps> = {}): Stats {
    const { outputs } = outputsIn(folder(), deps);
    const { stdout } = outputs.add(processSpec({ redirect_stderr: true, ...over })).openChildEnds();
    try {
      return fstatSync(stdout);
    } finally {
      closeSync(stdout);
    }
  }

  it('is /dev/null, for which the daemon holds nothing open', () => {
    const before = readdirSync('/proc/self/fd').length;
    expect(given({}).rdev).toBe(statSync('/dev/null').rdev);
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });

  it('is one of its own for stdout and for stderr', async () => {
    const home = folder();
    const { outputs } = outputsIn(home);
    const err = join(home, 'err.log');
    await run(outputs.add(processSpec({ stderr: file(err) })), 'echo nowhere; echo somewhere >&2');
    expect(readFileSync(err, 'utf8')).toBe('somewhere\n');
    expect(readdirSync(join(home, 'fifos'))).toHaveLength(1);
  });

  it.each<[string, Partial<ProcessSpec>, Partial<OutputsDeps>?]>([
    ['whose output is told as events', { stdout: streamSpec({ events_enabled: true }) }],
    ['with capture mode', { stdout: streamSpec({ capture_maxbytes: 1024 }) }],
    ['that an event listener speaks on', { speaks: true }],
    ['of a program that goes into the background', { forks: true }],
    ['of a program with kill_tree', { kill_tree: true }],
    ['that the level of the main log asks for', {}, { onOutput: () => {} }],
  ])('%s is heard all the same', (_, over, deps) => {
    expect(given(over, deps).isFIFO()).toBe(true);
  });
});

it.skipIf(process.getuid?.() !== 0)('lets a program of another user open /dev/stdout', async () => {
  const home = folder();
  const { outputs } = outputsIn(home);
  const out = join(home, 'out.log');
  const nobody = { name: 'nobody', uid: 65534, gid: 65534, home: '/', shell: '/bin/sh' };
  const output = outputs.add(processSpec({ user: nobody, stdout: file(out), stderr: file(out) }));
  await run(output, 'echo mine > /dev/stdout', nobody.uid);
  expect(readFileSync(out, 'utf8')).toBe('mine\n');
});

it("goes to the system's log too with stdout_syslog, a message for each line, after the program's name", async () => {
  const home = folder();
  const { outputs, kernel } = outputsIn(home);
  const out = join(home, 'out.log');
  const output = outputs.add(processSpec({ stdout: { ...file(out), syslog: true } }));
  await run(output, 'echo one; sleep 0.05; printf tw; sleep 0.05; echo o; printf end');
  expect(kernel.messages).toEqual(['6 web one', '6 web two', '6 web end']);
  expect(readFileSync(out, 'utf8')).toBe('one\ntwo\nend');
});

it("cuts no character of a line that is too long for one message to the system's log", async () => {
  const { outputs, kernel } = outputsIn(folder());
  const output = outputs.add(processSpec({ stdout: streamSpec({ logfile: [{ to: 'syslog' }] }) }));
  await run(output, 'printf x; printf é%.0s $(seq 5000); echo');
  expect(kernel.messages.map(message => message.replace('6 web ', '')).join('')).toBe(`x${'é'.repeat(5000)}`);
  expect(kernel.messages.length).toBeGreaterThan(1);
});

it('goes to several files where the value names several', async () => {
  const home = folder();
  const { outputs } = outputsIn(home);
  const paths = ['a.log', 'b.log'].map(name => join(home, name));
  const stdout = streamSpec({ logfile: paths.map(path => ({ to: 'file', path })) });
  const output = outputs.add(processSpec({ stdout }));
  await run(output, 'echo both');
  expect(paths.map(path => readFileSync(path, 'utf8'))).toEqual(['both\n', 'both\n']);
  expect(output.stdoutLog).toBe(paths[0]);
});

it('tells of output and messages by the pid that was attached', async () => {
  const home = folder();
  const { outputs, logs, messages } = outputsIn(home);
  const stdout = streamSpec({ events_enabled: true, capture_maxbytes: 100 });
  const output = outputs.add(processSpec({ stdout }));
  await run(output, 'printf "a<!--XSUPERVISOR:BEGIN-->b<!--XSUPERVISOR:END-->"; echo not told >&2');
  const told = { group: 'web', name: 'web', channel: 'stdout', pid: expect.any(Number) };
  expect(logs).toEqual([
    { ...told, data: Buffer.from('a') },
    { ...told, data: Buffer.from('b') },
  ]);
  expect(messages).toEqual([{ ...told, data: Buffer.from('b') }]);
  expect(messages[0]?.pid).toBeGreaterThan(1);
});

it('has the output in the log also where a listener of it fails', async () => {
  const home = folder();
  const { outputs, reports } = outputsIn(home, {
    onLog: () => {
      throw new Error('a listener failed');
    },
  });
  const out = join(home, 'out.log');
  const output = outputs.add(processSpec({ stdout: { ...file(out), events_enabled: true } }));
  await run(output, 'echo one');
  expect(readFileSync(out, 'utf8')).toBe('one\n');
  expect(reports).toEqual(['error web: nobody was told of its output: a listener failed']);
});

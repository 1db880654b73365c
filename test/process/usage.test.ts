import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { fieldsOf, statOf } from '../../src/process/census.ts';
import { readUsages, type Share, sums } from '../../src/process/usage.ts';
import { until } from '../support/until.ts';

it('reads a line of /proc whose command has spaces and parentheses', () => {
  const fields = Array.from({ length: 50 }, (_, index) => index + 3);
  const field = fieldsOf(`12 (a) b (c) ${fields.join(' ')}`);
  expect([field(3), field(14), field(24)]).toEqual(['3', '14', '24']);
});

it('finds what this very process uses, and nothing where no process is', async () => {
  const used = await readUsages(new Set([process.pid, 2 ** 30]));
  expect(used.get(process.pid)?.cpu).toBeGreaterThan(0);
  expect(used.get(process.pid)?.memory).toBeGreaterThan(process.memoryUsage().rss / 2);
  expect(used.size).toBe(1);
});

/** Keeps so many bytes and burns some time before it says that it is ready. */
const SERVER = `const kept = Buffer.alloc(150e6, 1);
const end = process.cpuUsage().user + 300e3;
while (process.cpuUsage().user < end);
console.log(kept.length);
setInterval(() => {}, 1000);`;

it('counts the real server that a wrapper script starts', async () => {
  // The echo keeps sh from executing node in its own place.
  const wrapper = spawn('/bin/sh', ['-c', `${process.execPath} -e '${SERVER}'; echo end`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = wrapper.pid ?? 0;
  onTestFinished(async () => {
    process.kill(-pid, 'SIGKILL');
    await once(wrapper, 'exit');
    await until('the end of both', () => statOf(pid) === undefined);
  });
  await once(wrapper.stdout, 'data');
  const used = (await readUsages(new Set([pid]))).get(pid);
  expect(used?.memory).toBeGreaterThan(150e6);
  expect(used?.cpu).toBeGreaterThanOrEqual(0.3);
});

const share = (pid: number, parent: number, over: Partial<Share> = {}): Share => ({
  ...{ pid, parent, group: pid, session: 1, cpu: 1, memory: 10 },
  ...over,
});

it.each<[what: string, shares: readonly Share[], expected: Readonly<Record<number, number>>]>([
  ['itself', [share(10, 1)], { 10: 1 }],
  ['its descendants', [share(10, 1), share(11, 10), share(12, 11)], { 10: 3 }],
  ['who is in its process group without parents', [share(10, 1), share(13, 1, { group: 10 })], { 10: 2 }],
  ['who is in its session without parents', [share(10, 1), share(13, 1, { session: 10 })], { 10: 2 }],
  ['what descends from such a one', [share(10, 1), share(13, 1, { group: 10 }), share(14, 13)], { 10: 3 }],
  ['nobody else', [share(10, 1), share(99, 1), share(98, 99)], { 10: 1 }],
  ['nobody of a root below it', [share(10, 1), share(20, 10), share(21, 20)], { 10: 1, 20: 2 }],
  ['nobody where it has ended itself', [share(13, 1, { group: 10 })], {}],
  ['each once where pids go round', [share(10, 12), share(11, 12), share(12, 11)], { 10: 1 }],
])('a tree is: %s', (_, shares, expected) => {
  const found = sums(shares, new Set([10, 20]));
  expect(Object.fromEntries([...found].map(([pid, { cpu }]) => [pid, cpu]))).toEqual(expected);
  for (const { cpu, memory } of found.values()) expect(memory).toBe(cpu * 10);
});

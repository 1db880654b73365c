import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFifoFolder } from '../../src/output/folder.ts';
import { folder } from './outputs.ts';

const modeOf = (path: string) => statSync(path).mode & 0o777;

it('has the same name for the same daemon, and another for another', () => {
  const home = folder();
  const mine = makeFifoFolder([home], '/run/a.pid');
  expect(makeFifoFolder([home], '/run/a.pid')).toBe(mine);
  expect(makeFifoFolder([home], '/run/b.pid')).not.toBe(mine);
  expect(modeOf(mine)).toBe(0o700);
});

it('is in the first place where it can be', () => {
  const home = folder();
  writeFileSync(join(home, 'file'), '');
  mkdirSync(join(home, 'second'));
  expect(makeFifoFolder([join(home, 'file'), join(home, 'second')], 'x')).toMatch(`${home}/second/`);
});

it('has a name that nobody else has where others may enter what stands in its place', () => {
  const home = folder();
  const taken = makeFifoFolder([home], 'x');
  chmodSync(taken, 0o755);
  const mine = makeFifoFolder([home], 'x');
  expect(mine).toMatch(`${taken}-`);
  expect(modeOf(mine)).toBe(0o700);
});

it('tells why it cannot be made anywhere', () => {
  const home = folder();
  writeFileSync(join(home, 'file'), '');
  expect(() => makeFifoFolder([join(home, 'file')], 'x')).toThrow('ENOTDIR');
});

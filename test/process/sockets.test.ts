import { closeSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listenAtPath } from '../../src/process/sockets.ts';
import { openDescriptors } from './harness.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'statevisor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('leaves neither a descriptor nor a file of a socket that cannot be given away', () => {
  const path = join(folder, 'x.sock');
  const owner = { uid: -2, gid: -2 };
  closeSync(listenAtPath({ path, mode: undefined, owner: undefined }));
  const before = openDescriptors();
  expect(() => listenAtPath({ path, mode: undefined, owner })).toThrow();
  expect(openDescriptors()).toBe(before);
  expect(existsSync(path)).toBe(false);
});

import { closeSync, openSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from './kernel.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789_';
const ATTEMPTS = 100;

/**
 * Makes a fresh AUTO log, `NAME-stdout---IDENTIFIER-XXXXXXXX.log`, and returns its path. Throws as open(2) does.
 */
export function createAutoLog(
  folder: string,
  name: string,
  channel: 'stdout' | 'stderr',
  identifier: string,
): string {
  for (let attempt = 1; ; attempt++) {
    const path = join(folder, `${name}-${channel}---${identifier}-${randomName()}.log`);
    try {
      closeSync(openSync(path, 'ax', 0o600));
      return path;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' || attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * Removes the AUTO logs that an earlier daemon of this identifier left, with what they were rotated to. Throws the last
 * refusal, having tried all.
 */
export function removeAutoLogs(folder: string, identifier: string): void {
  const quoted = identifier.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const old = new RegExp(`^.+---${quoted}-\\S+\\.log(?:\\.\\d{1,4})?(?:\\.gz)?$`);
  let refusal: unknown;
  for (const name of readdirSync(folder)) {
    try {
      if (old.test(name)) unlinkSync(join(folder, name));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') refusal = error;
    }
  }
  if (refusal !== undefined) throw refusal;
}

function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, byte => LETTERS[byte % LETTERS.length]).join('');
}

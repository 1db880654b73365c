import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { UserSpec } from '../../machines/spec.ts';
import { dropPrivileges } from '../../src/process/privileges.ts';
import { lookupUser } from '../../src/process/users.ts';
import { isRoot } from '../support/needs.ts';
import { bundleFixtures } from './bundle.ts';

const fixtures = bundleFixtures('privileges');
afterAll(fixtures.remove);

describe('privileges', () => {
  it('that were not dropped by root are worth a warning', () => {
    expect(dropPrivileges(undefined, 0)).toEqual({
      level: 'critical',
      line:
        'Supervisor is running as root.  Privileges were not dropped because no user is specified in the config ' +
        'file.  If you intend to run as root, you can set user=root in the config file to avoid this message.',
    });
  });

  it('that another user does not have are no matter', () => {
    expect(dropPrivileges(undefined, 1000)).toBeUndefined();
  });

  it('need not be dropped to stay who one is', () => {
    const user = { name: 'me', uid: 1000, gid: 1000, home: '/', shell: '/bin/sh' };
    expect(dropPrivileges(user, 1000)).toEqual({ level: 'info', line: 'Set uid to user 1000 succeeded' });
  });

  it('can be dropped by root only', () => {
    const user = { name: 'root', uid: 0, gid: 0, home: '/', shell: '/bin/sh' };
    expect(dropPrivileges(user, 1000)).toEqual({ refusal: "Can't drop privilege as nonroot user" });
  });

  it.skipIf(!isRoot)('are dropped for good: user, group and groups (root only)', async () => {
    const { uid, gid } = lookupUser('nobody') as UserSpec;
    const { stdout } = await promisify(execFile)(process.execPath, [fixtures.path('privileges'), 'nobody']);
    expect(JSON.parse(stdout)).toEqual({
      outcome: { level: 'info', line: `Set uid to user ${uid} succeeded` },
      uid: [uid, uid, uid, uid],
      gid: [gid, gid, gid, gid],
      groups: [gid],
    });
  });
});

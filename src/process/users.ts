import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { UserSpec } from '../../machines/spec.ts';

type Database = 'passwd' | 'group';

/** The fields of the record whose first field (or, for digits, whose id) is the key. */
function record(database: Database, key: string): readonly string[] | undefined {
  const id = /^\d+$/.test(key);
  for (const line of readFileSync(`/etc/${database}`, 'utf8').split('\n')) {
    const fields = line.split(':');
    if (fields[id ? 2 : 0] === key) return fields;
  }
  return fromNameService(database, key);
}

/** LDAP, SSSD and the like: their users stand in no file, but getent knows them. */
function fromNameService(database: Database, key: string): readonly string[] | undefined {
  try {
    const line = execFileSync('getent', [database, key], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return line.trimEnd().split(':');
  } catch {
    // getent exits 2 for a key it does not know, and small images have no getent: either way nobody is found.
    return undefined;
  }
}

/** Looks a user up by name or uid, as `user=` gives it; undefined when there is none. */
export function lookupUser(nameOrUid: string): UserSpec | undefined {
  const fields = record('passwd', nameOrUid);
  if (!fields || fields.length < 7) return undefined;
  const [name = '', , uid, gid, , home = '', shell = ''] = fields;
  return { name, uid: Number(uid), gid: Number(gid), home, shell };
}

/** Looks a group up by name or gid; undefined when there is none. */
export function lookupGroup(nameOrGid: string): number | undefined {
  const gid = record('group', nameOrGid)?.[2];
  return gid === undefined ? undefined : Number(gid);
}

/** The gids that a process of this user has besides its own: those of the groups that list the user. */
export function supplementaryGroups(user: UserSpec): readonly number[] {
  return readFileSync('/etc/group', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
    .filter(([, , , members]) => members?.split(',').includes(user.name))
    .map(([, , gid]) => Number(gid));
}

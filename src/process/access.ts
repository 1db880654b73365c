import { dirname, resolve } from 'node:path';
import type { UserSpec } from '../../machines/spec.ts';
import { stat } from './command.ts';
import { supplementaryGroups } from './users.ts';

/**
 * Whether the permission bits let this user reach a path and execute (or enter) it. Only the kernel knows for sure,
 * for there are access lists too: a no means "try it".
 */
export function mayExecute(user: UserSpec, path: string): boolean {
  const absolute = resolve(path);
  const parent = dirname(absolute);
  return allows(user, absolute) && (parent === absolute || mayExecute(user, parent));
}

function allows(user: UserSpec, path: string): boolean {
  const found = stat(path);
  if (!found) return false;
  if (found.uid === user.uid) return (found.mode & 0o100) !== 0;
  // Both bits alike is the rule, and spares the look at the groups.
  const byGroup = (found.mode & 0o010) !== 0;
  const byAnyone = (found.mode & 0o001) !== 0;
  if (byGroup === byAnyone) return byAnyone;
  return belongs(user, found.gid) ? byGroup : byAnyone;
}

const belongs = (user: UserSpec, gid: number): boolean =>
  user.gid === gid || supplementaryGroups(user).includes(gid);

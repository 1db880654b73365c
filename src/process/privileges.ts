import type { UserSpec } from '../../machines/spec.ts';

/** What came of it, in Supervisor's words: a line for the log at that level, or why the daemon must not start. */
export type PrivilegesOutcome =
  | { readonly level: 'critical' | 'info'; readonly line: string }
  | { readonly refusal: string }
  | undefined;

const AS_ROOT =
  'Supervisor is running as root.  Privileges were not dropped because no user is specified in the config file.  ' +
  'If you intend to run as root, you can set user=root in the config file to avoid this message.';

/** Becomes this user for good, with all of its groups; without a user, says so where that is worth a warning. */
export function dropPrivileges(user: UserSpec | undefined, uid = process.getuid?.() ?? 0): PrivilegesOutcome {
  if (!user) return uid === 0 ? { level: 'critical', line: AS_ROOT } : undefined;
  const succeeded = { level: 'info', line: `Set uid to user ${user.uid} succeeded` } as const;
  if (user.uid === uid) return succeeded;
  if (uid !== 0) return { refusal: "Can't drop privilege as nonroot user" };
  return become(user) ?? succeeded;
}

/** Node has it, its types do not. */
const initgroups = ({ name, gid }: UserSpec): void =>
  (process as unknown as { initgroups(user: string, gid: number): void }).initgroups(name, gid);

/** The order matters: who has given up uid 0 may not change groups any more. */
function become(user: UserSpec): { readonly refusal: string } | undefined {
  const steps = [
    {
      change: () => initgroups(user),
      refusal: 'Could not set groups of effective user',
    },
    { change: () => process.setgid?.(user.gid), refusal: 'Could not set group id of effective user' },
    { change: () => process.setuid?.(user.uid), refusal: `Could not set user id ${user.uid}` },
  ];
  for (const { change, refusal } of steps) {
    try {
      change();
    } catch (error) {
      return { refusal: `${refusal}: ${(error as Error).message}` };
    }
  }
  return undefined;
}

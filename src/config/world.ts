import type { UserSpec } from '../../machines/spec.ts';

/** What a configuration depends on outside of its files. */
export interface ConfigWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What %(host_node_name)s stands for. */
  readonly hostname: string;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  readonly uid: number;
  /** The path of the program that runs: a configuration file may lie beside it. */
  readonly program?: string;
  /** A user by its name, or by its number. */
  readonly lookupUser: (nameOrUid: string) => UserSpec | undefined;
  /** A group's number by its name, or by its number where there is such a group. */
  readonly lookupGroup: (nameOrGid: string) => number | undefined;
  /** Whether an absolute path leads to a folder. */
  readonly isFolder: (path: string) => boolean;
}

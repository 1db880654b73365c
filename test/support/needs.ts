import { existsSync, readFileSync } from 'node:fs';

const TOOLS: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(new URL('../../scripts/tools.json', import.meta.url), 'utf8'),
);

/** A Debian package that some tests need and scripts/setup.mjs installs. */
export type Tool =
  | 'supervisor'
  | 'python3'
  | 'util-linux'
  | 'faketime'
  | 'chromium'
  | 'tmux'
  | 'expect'
  | 'nginx-light'
  | 'php-cgi'
  | 'libfcgi-bin'
  | 'systemd';

/** Which of these Debian packages are missing: `describe.skipIf(missing('tmux').length > 0)(…)`. */
export const missing = (...tools: readonly Tool[]): readonly Tool[] =>
  tools.filter(tool => !(TOOLS[tool] ?? []).every(existsSync));

/** Whether all of them are there. */
export const has = (...tools: readonly Tool[]): boolean => missing(...tools).length === 0;

/** Whether this user is root: some of what a supervisor does needs it. */
export const isRoot = process.getuid?.() === 0;

/** What else some tests need, by its bit: the root of a container often may not. */
const CAPABILITIES = { SYS_ADMIN: 21n, SYS_RESOURCE: 24n } as const;
const effective = /^CapEff:\t(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';

/** Whether this process has a capability: SYS_ADMIN to mount and to make namespaces, SYS_RESOURCE to raise limits. */
export const may = (capability: keyof typeof CAPABILITIES): boolean =>
  ((BigInt(`0x${effective}`) >> CAPABILITIES[capability]) & 1n) === 1n;

import type { InstanceCommand } from '../../machines/events.ts';
import { findGroup, findProcess, type ProcessView } from '../../machines/info.ts';
import type { SupervisorSnapshot } from '../../machines/supervisor.ts';
import type { Backend } from './backend.ts';
import { fault } from './faults.ts';

/** What a name stands for: one process, or with `group:*` and `group:` the whole group. */
export type Addressed =
  | { readonly kind: 'process'; readonly process: ProcessView }
  | { readonly kind: 'group'; readonly group: string };

/** Splits `group:name`; a name alone is a process in a group of its own name; the name is undefined for a whole group. */
export function splitName(name: string): readonly [group: string, name: string | undefined] {
  const colon = name.indexOf(':');
  if (colon < 0) return [name, name];
  const process = name.slice(colon + 1);
  return [name.slice(0, colon), process === '' || process === '*' ? undefined : process];
}

/** The process or group of a name; throws BAD_NAME where none runs. */
export function resolve(root: SupervisorSnapshot, name: string): Addressed {
  const [group, process] = splitName(name);
  if (process !== undefined) return { kind: 'process', process: oneProcess(root, name) };
  if (findGroup(root, group) === undefined) throw fault('BAD_NAME', name);
  return { kind: 'group', group };
}

/** The process of a name; throws BAD_NAME where none runs or the name is a group's. */
export function oneProcess(root: SupervisorSnapshot, name: string): ProcessView {
  const [group, process] = splitName(name);
  const found = process === undefined ? undefined : findProcess(root, group, process);
  if (found === undefined) throw fault('BAD_NAME', name);
  return found;
}

/** How a process is called in messages: by its name alone where its group has the same name. */
export const fullName = ({ group, name }: { readonly group: string; readonly name: string }): string =>
  group === name ? name : `${group}:${name}`;

const byPriority = (a: ProcessView, b: ProcessView): number =>
  a.info.spec.priority - b.info.spec.priority || (a.info.name < b.info.name ? -1 : 1);

/** The processes of a group by priority, then by name; throws BAD_NAME where no such group runs. */
export function groupByPriority(root: SupervisorSnapshot, group: string): readonly ProcessView[] {
  const found = findGroup(root, group);
  if (found === undefined) throw fault('BAD_NAME', group);
  return found.toSorted(byPriority);
}

/** Every process: groups by priority, then by name, and so within each. */
export const allByPriority = (root: SupervisorSnapshot): readonly ProcessView[] =>
  root.context.groups
    .toSorted((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1))
    .flatMap(group => groupByPriority(root, group.name));

/** Tells processes something, in this order. */
export const tell = (
  backend: Pick<Backend, 'root'>,
  processes: readonly ProcessView[],
  command: InstanceCommand,
): void =>
  backend.root.send({
    type: 'supervisor.command',
    to: processes.map(({ info }) => ({ group: info.group, name: info.name })),
    command,
  });

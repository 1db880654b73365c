import { pendingChanges } from '../../machines/info.ts';
import type { GroupSpec, ProcessSpec } from '../../machines/spec.ts';
import type { SupervisorSnapshot } from '../../machines/supervisor.ts';
import { configurationOf } from './configuration.ts';

/** One option that differs; '' where it is not set on that side. */
export interface OptionChange {
  readonly option: string;
  readonly was: string;
  readonly becomes: string;
}

/** A process that an update would touch. */
export interface ProcessChange {
  readonly name: string;
  readonly kind: 'added' | 'changed' | 'removed';
  readonly options: readonly OptionChange[];
}

/** A group that an update would touch. */
export interface GroupChange {
  readonly group: string;
  readonly kind: 'added' | 'changed' | 'removed';
  readonly processes: readonly ProcessChange[];
}

/** What an update to the configuration as last read would do, down to the options; secrets are masked. */
export function changesOf(snapshot: SupervisorSnapshot): readonly GroupChange[] {
  const { groups, configured } = snapshot.context;
  const pending = pendingChanges(snapshot);
  return (['added', 'changed', 'removed'] as const).flatMap(kind =>
    pending[kind].map(name => {
      const named = (group: GroupSpec) => group.name === name;
      return { group: name, kind, processes: compare(groups.find(named), configured.find(named)) };
    }),
  );
}

const specsOf = (group: GroupSpec | undefined): ReadonlyMap<string, ProcessSpec> =>
  new Map(
    (group?.programs ?? []).flatMap(({ processes }) => processes.map(spec => [spec.name, spec] as const)),
  );

function compare(running: GroupSpec | undefined, next: GroupSpec | undefined): readonly ProcessChange[] {
  const [before, after] = [specsOf(running), specsOf(next)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name): readonly ProcessChange[] => {
    const [was, becomes] = [before.get(name), after.get(name)];
    if (was === undefined) return [{ name, kind: 'added', options: optionsThatDiffer(undefined, becomes) }];
    if (becomes === undefined) return [{ name, kind: 'removed', options: [] }];
    const options = optionsThatDiffer(was, becomes);
    return options.length === 0 ? [] : [{ name, kind: 'changed', options }];
  });
}

function optionsThatDiffer(
  was: ProcessSpec | undefined,
  becomes: ProcessSpec | undefined,
): readonly OptionChange[] {
  const [before, after] = [was, becomes].map(
    spec => new Map((spec === undefined ? [] : configurationOf(spec)).map(row => [row.option, row] as const)),
  );
  const options = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])];
  return options
    .filter(option => before?.get(option)?.value !== after?.get(option)?.value)
    .map(option => ({
      option,
      was: before?.get(option)?.shown ?? '',
      becomes: after?.get(option)?.shown ?? '',
    }))
    .filter(({ was, becomes }) => was !== '' || becomes !== '');
}

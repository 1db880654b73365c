import type { Process } from '../../rpc/api/model.ts';
import { keyOf } from './api.ts';
import { useLive } from './live.ts';
import { pageOf } from './row.tsx';
import { State } from './state.tsx';

/** A program with more instances than this begins folded. */
const MANY = 12;

/** The tree of actors: the root, a program actor for each program of a group, an instance for each process. */
export function Tree() {
  const { processes, daemon } = useLive();
  const programs = Map.groupBy(processes.values(), ({ group, program }) => `${group}:${program}`);
  return (
    <section class="panel" aria-label="Actors">
      <header>
        <h2>Actors</h2>
        <small>{`1 root, ${programs.size} programs, ${processes.size} instances`}</small>
      </header>
      <div
        class="tree"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a tree is scrolled by keys
        tabIndex={0}
      >
        <ul>
          <li>
            <i class="kind">supervisor</i> {daemon.toLowerCase()}
            <ul>
              {[...programs].map(([key, instances]) => (
                <Program key={key} name={key} instances={instances} />
              ))}
            </ul>
          </li>
        </ul>
      </div>
    </section>
  );
}

const Program = ({ name, instances }: { readonly name: string; readonly instances: readonly Process[] }) => (
  <li>
    <details open={instances.length <= MANY}>
      <summary>
        <i class="kind">program</i>
        {name} {instances.length > 1 ? <small>{instances.length}</small> : null}
      </summary>
      <ul>
        {instances.map(process => (
          <li key={keyOf(process)}>
            <i class="kind">instance</i>
            <a href={pageOf(process)}>{process.name}</a>
            <State state={process.state} />
            {process.pid === 0 ? null : (
              <small>
                {' '}
                <i class="kind">process</i>pid {process.pid}
              </small>
            )}
          </li>
        ))}
      </ul>
    </details>
  </li>
);

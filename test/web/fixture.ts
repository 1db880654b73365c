import type { GroupSpec } from '../../machines/spec.ts';
import { createActors } from '../../src/web/actors.ts';
import { createAssets } from '../../src/web/assets.ts';
import { rememberHistories } from '../../src/web/history.ts';
import { webRoutes } from '../../src/web/routes.ts';
import { createToken } from '../../src/web/token.ts';
import { createUsages, type ReadUsages } from '../../src/web/usage.ts';
import { at } from '../machines/fake.ts';
import { fakeDaemon, openTestServer } from '../rpc/fixture.ts';

/** The pages over fake processes, as a browser or a script sees them. */
export async function openPages(
  groups: readonly GroupSpec[] = [],
  { assets = new URL('file:///nowhere/'), read }: { assets?: URL; read?: ReadUsages } = {},
) {
  const daemon = fakeDaemon(groups);
  const { backend } = daemon;
  const token = createToken();
  const histories = rememberHistories(backend);
  const usages = createUsages(backend, read ?? (async () => new Map()), cause => {
    throw cause;
  });
  const actors = createActors(daemon.root);
  const routes = webRoutes({ backend, assets: createAssets(assets), token, histories, usages, actors });
  const settle = obedient(daemon);
  /** Lets processes do what they are told until the answer is there. */
  const during = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
    let done = false;
    const end = asked.finally(() => {
      done = true;
    });
    while (!done) {
      settle();
      await new Promise(setImmediate);
    }
    return end;
  };
  return { ...daemon, ...(await openTestServer(routes)), token, histories, usages, settle, during };
}

/** Makes each process of a fake kernel start when it is spawned and end when it is signalled. */
export function obedient({ kernel, clock }: Pick<ReturnType<typeof fakeDaemon>, 'kernel' | 'clock'>) {
  const started = new Set<unknown>();
  let pid = 1000;
  return () => {
    for (const process of kernel.spawned.filter(({ gone }) => !gone)) {
      if (!started.has(process)) {
        started.add(process);
        pid += 1;
        process.report({ type: 'process.started', pid, at: at(0) });
      }
      if (process.commands.some(({ type }) => type === 'port.signal')) {
        process.report({ type: 'process.exited', exitstatus: 0, signal: undefined, at: at(1) });
      }
    }
    clock.increment(1000);
  };
}

/** What a browser sends with a click on our own page. */
export const OURS = {
  'sec-fetch-site': 'same-origin',
  'user-agent': 'Mozilla/5.0',
} as const;

/** What a browser sends for a link that is followed from another site's page. */
export const THEIRS = {
  'sec-fetch-site': 'cross-site',
  'user-agent': 'Mozilla/5.0',
} as const;

/** What a browser sends for an address that was typed. */
export const TYPED = { 'sec-fetch-site': 'none', 'user-agent': 'Mozilla/5.0' } as const;

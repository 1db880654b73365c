import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { onTestFinished } from 'vitest';
import type { GroupSpec } from '../../machines/spec.ts';
import { type InspectorOptions, openInspector } from '../../src/inspect/server.ts';
import { startSupervisor } from '../machines/fake.ts';

/** The real machines over fake processes, with an inspector at a free port. */
export async function inspected(groups: readonly GroupSpec[], over: Partial<InspectorOptions> = {}) {
  const tree = startSupervisor(groups);
  const logged: string[] = [];
  const server = await openInspector({
    root: tree.root,
    environment: {},
    address: { kind: 'inet', host: '127.0.0.1', port: 0 },
    credentials: undefined,
    assets: new URL('../../visualizations/diagrams/', import.meta.url),
    log: (level, text) => logged.push(`${level} ${text}`),
    ...over,
  });
  onTestFinished(async () => {
    await server.close(0);
    tree.root.stop();
  });
  return { ...tree, server, logged };
}

/** Looks at an inspector by Stately's own receiver: all that it has received so far. */
export function watch(url: string): readonly StatelyInspectionEvent[] {
  const received: StatelyInspectionEvent[] = [];
  createWebSocketReceiver({ server: url.replace(/^http/, 'ws') }).subscribe(event => received.push(event));
  return received;
}

import { useState } from 'preact/hooks';
import type { ConfigChanges } from '../../rpc/api/model.ts';
import type { GroupChange } from '../changes.ts';
import { ask } from './api.ts';
import { confirmed } from './confirm.ts';
import { Diff } from './diff.tsx';
import { Events } from './events.tsx';
import { useLive } from './live.ts';
import { Log } from './log.tsx';
import { complain, toast } from './toast.ts';
import { Tree } from './tree.tsx';

/** The page of the daemon: its actors, its log, its events, its configuration. */
export function DaemonPage() {
  const { daemon, pid, processes } = useLive();
  const { dataset } = document.documentElement;
  const [changes, setChanges] = useState<readonly GroupChange[] | undefined>(undefined);
  const [busy, setBusy] = useState('');
  /** One thing at a time, and what went wrong is told. */
  const during = (what: string, act: () => Promise<void>) => async () => {
    setBusy(what);
    await act().catch(complain);
    setBusy('');
  };
  const reread = during('reading', async () => {
    await ask<ConfigChanges>('api/v1/config/reread', { method: 'POST' });
    setChanges(await ask('web/changes'));
  });
  const update = during('updating', async () => {
    const touched = (changes ?? []).map(({ group, kind }) => `${group} (${kind})`).join(', ');
    if (
      !(await confirmed(
        'Update to this configuration?',
        `Takes up: ${touched}. Other groups run on untouched.`,
        'Update',
      ))
    )
      return;
    await ask('api/v1/config/update', { method: 'POST' });
    toast('Updated');
    setChanges(await ask('web/changes'));
  });
  const reload = during('reloading', async () => {
    const detail = `All ${processes.size} processes are stopped, the configuration is read, and they start by it.`;
    if (!(await confirmed('Reload the daemon?', detail, 'Reload'))) return;
    await ask('api/v1/daemon/reload', { method: 'POST' });
    toast('Reloading');
    setChanges(undefined);
  });
  return (
    <>
      <div class="title">
        <h1>{dataset.identification}</h1>
        <div class="deeds" role="group" aria-label="Actions">
          <button disabled={busy !== ''} onClick={reread}>
            Check configuration
          </button>
          <button
            disabled={busy !== '' || changes === undefined || changes.length === 0}
            title={
              changes === undefined
                ? 'Check the configuration first'
                : changes.length === 0
                  ? 'Nothing has changed'
                  : undefined
            }
            onClick={update}
          >
            Update…
          </button>
          <button class="danger" disabled={busy !== ''} onClick={reload}>
            Reload…
          </button>
        </div>
      </div>
      <p class="fact" aria-live="polite">
        {busy === ''
          ? `${daemon.toLowerCase()}, pid ${pid ?? dataset.pid}, ${processes.size} processes, version ${dataset.version}`
          : `${busy}…`}
      </p>
      {changes === undefined ? null : <Diff changes={changes} />}
      <div class="columns">
        <div>
          <Log
            title="main log"
            url="web/log?stream=main"
            download="api/v1/daemon/log"
            filename="supervisord.log"
          />
          <Events />
        </div>
        <Tree />
      </div>
    </>
  );
}

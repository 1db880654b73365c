import { useEffect, useState } from 'preact/hooks';
import type { Exit } from '../history.ts';
import { keyOf } from './api.ts';
import { look, useLink } from './link.ts';
import { Log } from './log.tsx';
import { exitWords } from './row.tsx';

const STREAMS = ['stdout', 'stderr'] as const;

/** Stdout and stderr, one at a time: each is a connection, and browsers have but six. */
export function Logs({
  process,
}: {
  readonly process: Parameters<typeof keyOf>[0] &
    Readonly<Record<`${(typeof STREAMS)[number]}_logfile`, string | null>>;
}) {
  const hasLog = (stream: (typeof STREAMS)[number]) => process[`${stream}_logfile`] !== null;
  const [chosen, setStream] = useState<(typeof STREAMS)[number]>('stdout');
  const stream = hasLog(chosen) ? chosen : STREAMS.find(hasLog);
  const { group, name } = process;
  const path = `${encodeURIComponent(group)}/${encodeURIComponent(name)}`;
  return (
    <div class="logs">
      <div class="tabs" role="tablist" aria-label="Output">
        {STREAMS.map(each => (
          <button
            key={each}
            role="tab"
            aria-selected={stream === each}
            disabled={!hasLog(each)}
            title={hasLog(each) ? undefined : 'It has no log of its own'}
            onClick={() => setStream(each)}
          >
            {each}
          </button>
        ))}
      </div>
      {stream === undefined ? (
        <section class="panel" aria-label="Output">
          <header>What it writes goes to no log file.</header>
        </section>
      ) : (
        <Log
          key={stream}
          title={stream}
          url={`web/log?processname=${encodeURIComponent(keyOf(process))}&stream=${stream}`}
          download={`api/v1/processes/${path}/logs/${stream}`}
          filename={`${name}.${stream}.log`}
        />
      )}
    </div>
  );
}

/** Its last ends, the newest first. */
export function Exits({ exits }: { readonly exits: readonly Exit[] }) {
  if (exits.length === 0) return null;
  return (
    <section class="panel" aria-label="Exits">
      <header>
        <h2>Exits</h2>
      </header>
      <ol class="changes">
        {exits.toReversed().map(exit => (
          <li key={exit.at}>{exitWords(exit)}</li>
        ))}
      </ol>
    </section>
  );
}

/** The options that are set; asked for anew when the process or the daemon has started: they may have changed. */
export function Configuration({ name, start }: { readonly name: string; readonly start: number | null }) {
  const [rows, setRows] = useState<readonly (readonly [string, string])[]>([]);
  const { times } = useLink();
  useEffect(() => {
    look<typeof rows>(`web/configuration?processname=${encodeURIComponent(name)}`).then(
      found => found && setRows(found),
    );
  }, [name, start, times]);
  return (
    <section class="panel" aria-label="Configuration">
      <header>
        <h2>Configuration in effect</h2>
      </header>
      <table class="options">
        <tbody>
          {rows
            .filter(([, value]) => value !== '')
            .map(([option, value]) => (
              <tr key={option}>
                <th scope="row">{option}</th>
                <td>{value}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

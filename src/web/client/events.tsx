import { useCallback, useState } from 'preact/hooks';
import type { ApiEvent } from '../../rpc/api/model.ts';
import { nameOf } from './api.ts';
import { useEvents } from './live.ts';
import { moment } from './time.ts';

/** So many events are shown. */
const KEPT = 300;

/** What happened, in a line. */
function words(event: ApiEvent): string {
  switch (event.type) {
    case 'process.state':
      return `${nameOf(event)}: ${event.from} → ${event.to}`;
    case 'process.spawned':
      return `${nameOf(event)}: spawned, pid ${event.pid}`;
    case 'process.spawnerr':
      return `${nameOf(event)}: ${event.spawnerr}`;
    case 'process.exited':
      return `${nameOf(event)}: ${event.signal ?? `exit status ${event.exitstatus}`}${event.during === 'run' && !event.expected ? ', not expected' : ''}`;
    case 'process.signalled':
      return `${nameOf(event)}: ${event.signal} sent to pid ${event.pid}`;
    case 'group.added':
    case 'group.removed':
      return `group ${event.group}: ${event.type.slice('group.'.length)}`;
    case 'daemon.state':
      return `daemon: ${event.state}`;
    case 'daemon.waiting':
      return `daemon: waits for ${event.names.join(', ')}`;
    case 'stream.reset':
      return 'events were missed';
  }
}

/** The events as they pass, the newest first. */
export function Events() {
  const [events, setEvents] = useState<readonly ApiEvent[]>([]);
  const [sought, setSought] = useState('');
  useEvents(useCallback(event => setEvents(before => [event, ...before].slice(0, KEPT)), []));
  const shown = events
    .map(event => ({ event, text: words(event) }))
    .filter(({ text }) => text.toLowerCase().includes(sought.toLowerCase()));
  return (
    <section class="panel" aria-label="Events">
      <header>
        <h2>Events as they pass</h2>
        <input
          type="search"
          placeholder="Filter events"
          aria-label="Filter events"
          value={sought}
          onInput={event => setSought(event.currentTarget.value)}
        />
      </header>
      <ol
        class="events"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list is scrolled by keys
        tabIndex={0}
      >
        {shown.length === 0 ? (
          <li>
            {events.length === 0 ? 'Nothing has happened since this page was opened.' : 'Nothing matches.'}
          </li>
        ) : null}
        {shown.map(({ event, text }) => (
          <li key={event.seq}>
            <time>{moment(event.time)}</time> {text}
          </li>
        ))}
      </ol>
    </section>
  );
}

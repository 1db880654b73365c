import { useEffect, useRef, useState } from 'preact/hooks';
import type { Moment, Taken } from '../watch.ts';
import { noteDaemon } from './live.ts';

/** What is known of the process that a page is about. */
export interface Watched {
  readonly moment: Moment | undefined;
  /** When the moment arrived, on the browser's monotonic clock: timers count from it. */
  readonly arrived: number;
  readonly gone: boolean;
}

/** Watches a process live for as long as the page is seen; `onTaken` hears each transition. */
export function useProcess(name: string, onTaken: (taken: readonly Taken[]) => void): Watched {
  const [watched, setWatched] = useState<Watched>({ moment: undefined, arrived: 0, gone: false });
  const heard = useRef(onTaken);
  heard.current = onTaken;
  useEffect(() => {
    let source: EventSource | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const close = () => {
      clearTimeout(again);
      source?.close();
      source = undefined;
    };
    const open = () => {
      close();
      source = new EventSource(`web/watch?processname=${encodeURIComponent(name)}`);
      source.addEventListener('moment', ({ data }) => {
        const moment: Moment = JSON.parse(data);
        noteDaemon(true, moment.time);
        setWatched({ moment, arrived: performance.now(), gone: false });
      });
      source.addEventListener('taken', ({ data }) => heard.current(JSON.parse(data)));
      source.addEventListener('gone', () => setWatched(before => ({ ...before, gone: true })));
      // A reload brings another process of this name, so a refusal is not the last word.
      source.onerror = () => {
        if (source?.readyState !== EventSource.CLOSED) return noteDaemon(false);
        noteDaemon(true);
        setWatched(before => ({ ...before, gone: true }));
        again = setTimeout(open, 2000);
      };
    };
    const see = () => (document.visibilityState === 'visible' ? source === undefined && open() : close());
    document.addEventListener('visibilitychange', see);
    addEventListener('pagehide', close);
    open();
    return () => {
      close();
      document.removeEventListener('visibilitychange', see);
      removeEventListener('pagehide', close);
    };
  }, [name]);
  return watched;
}

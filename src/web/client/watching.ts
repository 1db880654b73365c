import { useEffect, useRef, useState } from 'preact/hooks';
import type { Moment, Taken } from '../watch.ts';
import { openChannel, setClock, shownNow } from './link.ts';

/** What is known of the process that a page is about. */
export interface Watched {
  readonly moment: Moment | undefined;
  /** When the moment arrived, as `shownNow` tells it: timers count from it. */
  readonly arrived: number;
  readonly gone: boolean;
}

/** So long after a process has gone another one of its name is looked for, in milliseconds. */
const AGAIN = 2000;

/** Watches a process live for as long as the page is seen; `onTaken` hears each transition. */
export function useProcess(name: string, onTaken: (taken: readonly Taken[]) => void): Watched {
  const [watched, setWatched] = useState<Watched>({ moment: undefined, arrived: 0, gone: false });
  const heard = useRef(onTaken);
  heard.current = onTaken;
  useEffect(() => {
    let close = () => {};
    let again: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      close = openChannel({
        url: () => `web/watch?processname=${encodeURIComponent(name)}`,
        hear: {
          moment: ({ data }) => {
            const moment: Moment = JSON.parse(data);
            setClock(moment.time);
            setWatched({ moment, arrived: shownNow(), gone: false });
          },
          taken: ({ data }) => heard.current(JSON.parse(data)),
          // A reload brings another process of this name: that it is gone is not the last word.
          gone: () => {
            setWatched(before => ({ ...before, gone: true }));
            close();
            again = setTimeout(open, AGAIN);
          },
        },
      });
    };
    open();
    return () => {
      clearTimeout(again);
      close();
    };
  }, [name]);
  return watched;
}

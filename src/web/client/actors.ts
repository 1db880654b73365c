import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Actor, ActorNews } from '../actors.ts';
import { look } from './link.ts';
import { useEvents } from './live.ts';

/** The actors that there are, by their ids, parents before their children. */
export type Family = ReadonlyMap<string, Actor>;

/** What does not come with an event (a pool, a listener) is looked for so often, in milliseconds. */
const STEP = 1000;
/** So long after an event the tree is looked at: many come together. */
const SOON = 60;

/** What is known of the actors, with what has become of them. */
export function grown(known: Family, { isWhole, actors, gone }: ActorNews): Family {
  if (!isWhole && actors.length === 0 && gone.length === 0) return known;
  const next = new Map(isWhole ? [] : known);
  for (const actor of actors) next.set(actor.id, actor);
  for (const id of gone) next.delete(id);
  return next;
}

/** The tree of actors for as long as the component is there and the page is seen. */
export function useActors(): Family {
  const [family, setFamily] = useState<Family>(new Map());
  const soon = useRef(() => {});
  useEffect(() => {
    let revision = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isLooking = false;
    const again = async () => {
      if (isLooking) return;
      isLooking = true;
      clearTimeout(timer);
      timer = undefined;
      const news = await look<ActorNews>(`web/actors?after=${encodeURIComponent(revision)}`);
      isLooking = false;
      if (news !== undefined) {
        revision = news.revision;
        setFamily(known => grown(known, news));
      }
      plan(STEP);
    };
    const plan = (wait: number) => {
      clearTimeout(timer);
      timer = document.visibilityState === 'visible' ? setTimeout(again, wait) : undefined;
    };
    const see = () => plan(0);
    soon.current = () => plan(SOON);
    document.addEventListener('visibilitychange', see);
    void again();
    return () => {
      isLooking = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', see);
    };
  }, []);
  useEvents(useCallback(() => soon.current(), []));
  return family;
}

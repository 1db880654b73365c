import { type ActorRefFrom, fromCallback } from 'xstate';
import type { HeraldNotice } from './events.ts';

/** What the herald is told: notices to tell on, and that it may begin. */
export type HeraldWord = HeraldNotice | { readonly type: 'herald.begin' };

/**
 * Emits every notice that it is told, at once and as it is. Instances speak to it past their program and the root:
 * with a step of two charts for each notice, telling of a stop would cost more than the stop.
 */
export const herald = fromCallback<HeraldWord, void, HeraldNotice>(({ receive, emit }) => {
  // The children of a tree start before what their root has to say first is told.
  let early: HeraldNotice[] | undefined = [];
  receive(word => {
    if (word.type !== 'herald.begin') return early === undefined ? emit(word) : void early.push(word);
    const held = early ?? [];
    early = undefined;
    for (const notice of held) emit(notice);
  });
});

export type HeraldRef = ActorRefFrom<typeof herald>;

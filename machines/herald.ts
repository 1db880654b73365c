import { type ActorRefFrom, fromCallback } from 'xstate';
import type { HeraldNotice } from './events.ts';

/**
 * Emits every notice that it is told, at once and as it is. Instances speak to it past their program and the root:
 * with a step of two charts for each notice, telling of a stop would cost four times as much as the stop.
 */
export const herald = fromCallback<HeraldNotice, void, HeraldNotice>(({ receive, emit }) => receive(emit));

export type HeraldRef = ActorRefFrom<typeof herald>;

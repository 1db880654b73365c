import { and, fromCallback, not, setup } from 'xstate';

/** A small machine with one of each thing that a drawing must show. */
export const sampleMachine = setup({
  types: { events: {} as { type: 'go' } | { type: 'poke' } | { type: 'stop' } },
  actors: { motor: fromCallback(() => {}) },
  delays: { patience: 1000 },
  guards: { isReady: () => true, isTired: () => false },
  actions: { note: (_, _params: { as: string }) => {}, wave: () => {} },
}).createMachine({
  id: 'sample',
  initial: 'choosing',
  states: {
    choosing: { always: [{ guard: and(['isReady', not('isTired')]), target: 'busy' }, { target: 'idle' }] },
    idle: { entry: { type: 'note', params: { as: 'IDLE' } }, on: { go: 'busy' } },
    busy: {
      invoke: { src: 'motor', id: 'motor', onError: 'idle' },
      on: { poke: { actions: 'wave' }, stop: 'done' },
      initial: 'slow',
      states: {
        slow: { after: { patience: 'fast' } },
        fast: { on: { go: [{ guard: 'isTired', target: 'slow' }, { target: '#sample.done' }] } },
      },
    },
    done: { type: 'final' },
  },
});

import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { chart } from '../../visualizations/chart.ts';
import { sampleMachine } from './sample.ts';

const drawn = chart(sampleMachine);

describe('a chart', () => {
  it('has the states in the order of the source, parents before children', () => {
    expect(drawn.states.map(({ id, initial, isFinal }) => ({ id, initial, isFinal }))).toEqual([
      { id: '', initial: 'choosing', isFinal: false },
      { id: 'choosing', initial: undefined, isFinal: false },
      { id: 'idle', initial: undefined, isFinal: false },
      { id: 'busy', initial: 'busy.slow', isFinal: false },
      { id: 'busy.slow', initial: undefined, isFinal: false },
      { id: 'busy.fast', initial: undefined, isFinal: false },
      { id: 'done', initial: undefined, isFinal: true },
    ]);
  });

  it('names what a state does on entry and which actors run in it', () => {
    expect(drawn.states.find(({ id }) => id === 'idle')?.entry).toEqual(['note IDLE']);
    expect(drawn.states.find(({ id }) => id === 'busy')?.invokes).toEqual(['motor']);
  });

  it.each([
    ['choosing', '', 'isReady and not isTired', 'busy', []],
    ['choosing', '', '', 'idle', []],
    ['idle', 'go', '', 'busy', []],
    ['busy', 'error: motor', '', 'idle', []],
    ['busy', 'poke', '', undefined, ['wave']],
    ['busy.slow', 'after patience', '', 'busy.fast', []],
    ['busy.fast', 'go', 'isTired', 'busy.slow', []],
    ['busy.fast', 'go', '', 'done', []],
  ])('says that %s on %j if %j goes to %s', (from, on, guard, to, actions) => {
    expect(drawn.transitions).toContainEqual({ from, on, guard, to, actions });
  });

  it('does not show the timers that xstate adds to the entry of a state with delays', () => {
    expect(drawn.states.find(({ id }) => id === 'busy.slow')?.entry).toEqual([]);
  });

  it('refuses a guard without a name', () => {
    const nameless = createMachine({ id: 'nameless', on: { go: { guard: () => true, actions: [] } } });
    expect(() => chart(nameless)).toThrow(/^nameless: .*a name was expected$/s);
  });

  it('refuses a parameter that is no word', () => {
    const params = { facts: { retries: 0 } };
    const wordless = createMachine({ id: 'wordless', entry: { type: 'enter', params } });
    expect(() => chart(wordless)).toThrow('wordless: {"retries":0}: a plain parameter was expected');
  });
});

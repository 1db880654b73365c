import { describe, expect, it } from 'vitest';
import { BOUNDS, createViewer } from '../../src/inspect/viewer.ts';

/** A viewer's connection that takes nothing until it is told to. */
function slowOutlet() {
  const sent: string[] = [];
  const waiting: { readonly size: number; readonly taken: () => void }[] = [];
  return {
    sent,
    outlet: {
      get waiting() {
        return waiting.reduce((sum, { size }) => sum + size, 0);
      },
      send(text: string, taken: () => void) {
        sent.push(text);
        waiting.push({ size: text.length, taken });
      },
    },
    /** Takes all, what comes in answer to it as well. */
    take() {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next.taken();
    },
  };
}

const source = {
  tree: () => ['tree 1', 'tree 2'][Symbol.iterator](),
  dropped: (count: number) => `dropped ${count}`,
};

describe('a viewer', () => {
  it('gets the tree first, then what happens', () => {
    const { outlet, sent } = slowOutlet();
    const viewer = createViewer(outlet, source);
    viewer.push('a');
    expect(sent).toEqual(['tree 1', 'tree 2', 'a']);
  });

  it('that is slow is sent no more than its socket should hold', () => {
    const { outlet, sent, take } = slowOutlet();
    const viewer = createViewer(outlet, source);
    const large = 'x'.repeat(BOUNDS.socket);
    for (const text of [large, 'b', 'c']) viewer.push(text);
    expect(sent).toEqual(['tree 1', 'tree 2', large]);
    take();
    expect(sent.slice(3)).toEqual(['b', 'c']);
  });

  it('is told of what was never made into a message as of what was dropped', () => {
    const { outlet, sent } = slowOutlet();
    const viewer = createViewer(outlet, source);
    viewer.push('a');
    viewer.miss(7);
    viewer.push('b');
    expect(sent).toEqual(['tree 1', 'tree 2', 'a', 'dropped 7', 'tree 1', 'tree 2', 'b']);
  });

  it('that is too slow loses the oldest, is told how many, and gets the tree anew', () => {
    const { outlet, sent, take } = slowOutlet();
    const viewer = createViewer(outlet, source);
    const chunk = (letter: string) => letter.repeat(BOUNDS.queue / 4);
    for (const letter of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) viewer.push(chunk(letter));
    take();
    expect(sent.map(text => text.slice(0, 9))).toEqual([
      ...['tree 1', 'tree 2', 'aaaaaaaaa'],
      ...['dropped 2', 'tree 1', 'tree 2'],
      ...['ddddddddd', 'eeeeeeeee', 'fffffffff', 'ggggggggg'],
    ]);
  });
});

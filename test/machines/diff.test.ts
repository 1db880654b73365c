import { describe, expect, it } from 'vitest';
import { diff, sameSpec, settled } from '../../machines/diff.ts';
import { lone } from './fake.ts';

describe('diff', () => {
  it('names what was added, changed and removed, in the order of the files', () => {
    const current = [lone('gone'), lone('same'), lone('other')];
    const next = [lone('new'), lone('other', { startsecs: 7 }), lone('same')];
    expect(diff(current, next)).toEqual({ added: ['new'], changed: ['other'], removed: ['gone'] });
  });

  it('finds nothing between a configuration and its copy', () => {
    const groups = [lone('a', { environment: { A: '1', B: '2' } })];
    expect(diff(groups, structuredClone(groups))).toEqual({ added: [], changed: [], removed: [] });
  });
});

describe('settled', () => {
  it('keeps what runs in place of its copy, and the order of the new configuration', () => {
    const current = [lone('gone'), lone('same'), lone('other')];
    const next = [lone('new'), lone('other', { startsecs: 7 }), lone('same')];
    const groups = settled(current, next);
    expect(groups).toEqual(next);
    expect(groups.map(group => current.includes(group))).toEqual([false, false, true]);
  });
});

describe('sameSpec', () => {
  it.each([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: undefined }, {}, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [null, {}, false],
    [{ a: { b: [1] } }, { a: { b: [1] } }, true],
  ])('of %j and %j is %s', (a, b, same) => {
    expect(sameSpec(a, b)).toBe(same);
  });
});

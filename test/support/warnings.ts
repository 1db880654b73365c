import { format } from 'node:util';
import { afterEach, expect } from 'vitest';

// xstate's development build warns where a machine does something that was hardly meant: a test then fails.
const warnings: string[] = [];
console.warn = (...words: readonly unknown[]) => {
  warnings.push(format(...words));
};

afterEach(() => {
  expect(warnings.splice(0), 'warnings').toEqual([]);
});

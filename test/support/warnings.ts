import { format } from 'node:util';
import { afterEach, expect } from 'vitest';

// xstate's development build warns where a machine does something that was hardly meant: a test then fails.
const warnings: string[] = [];
console.warn = (...words: readonly unknown[]) => {
  warnings.push(format(...words));
};
// Node warns of listeners that are added again and again: in a command it would stand among the answers.
process.on('warning', ({ name, message }) => {
  if (name === 'MaxListenersExceededWarning') warnings.push(message);
});

afterEach(() => {
  expect(warnings.splice(0), 'warnings').toEqual([]);
});

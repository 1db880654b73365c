import { defineConfig } from 'vitest/config';

/** Tests that run real programs and watch the clock: one file after the other, when nothing else runs. */
const WHOLE = [
  'test/daemon/**/*.test.ts',
  'test/oracle/**/*.test.ts',
  'test/browser/**/*.test.ts',
  'test/process/**/*.test.ts',
  'test/package.test.ts',
];

export default defineConfig({
  test: {
    retry: 0,
    // As long as test/support/until waits: a limit for what is broken, not for a machine that is busy.
    expect: { poll: { timeout: 60_000 } },
    // xstate's development build warns about events that nobody handles and the like.
    execArgv: ['-C', 'development'],
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          setupFiles: ['test/support/warnings.ts'],
          include: ['test/**/*.test.ts'],
          exclude: WHOLE,
          maxWorkers: 2,
          testTimeout: 90_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: WHOLE,
          globalSetup: ['test/support/build.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

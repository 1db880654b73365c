// A program that dies by itself after five to fifteen seconds.
setTimeout(
  () => {
    console.error('flaky: something came up');
    process.exitCode = 1;
  },
  5000 + 10_000 * Math.random(),
);

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** The machine that was measured on, in lines for the table's head. */
export const machine = () => ({
  processor: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: `${distribution()}, Linux ${release()}`,
  node: process.version,
  python: execFileSync('python3', ['--version'], { encoding: 'utf8' }).trim(),
  supervisor: execFileSync('/usr/bin/supervisord', ['--version'], { encoding: 'utf8' }).trim(),
  load: loadavg()
    .map(load => load.toFixed(1))
    .join(' '),
});

const distribution = () => /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';

import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/config/load.ts';
import { folderOf, plainOptions, processesOf, worldIn } from './world.ts';

const section = (number: number): string => `[program:program${number}]
command=/bin/sh -c "exec sleep %(ENV_TEN)s" ; a comment
environment=A="1",B="%(program_name)s"
user=web
stdout_logfile=/tmp/%(program_name)s.log
startsecs=5
`;

/** Milliseconds of this process's own work: others use this machine, too. */
const cpu = () => process.cpuUsage().user / 1000;

/** Milliseconds to load so many programs; the least of several, since others use this machine too. */
function timeOf(programs: number): number {
  const text = `[supervisord]\n${Array.from({ length: programs }, (_, number) => section(number)).join('')}`;
  const world = worldIn(folderOf({ 'a.conf': text }));
  const times = Array.from({ length: 2 }, () => {
    const start = cpu();
    const loaded = loadConfiguration(plainOptions('a.conf'), world);
    expect(processesOf(loaded)).toHaveLength(programs);
    return cpu() - start;
  });
  return Math.min(...times);
}

describe('a file of 10,000 programs', () => {
  it('loads in a time that is linear in its length', () => {
    timeOf(500);
    const [thousand, tenThousand] = [timeOf(1000), timeOf(10_000)];
    expect(tenThousand / thousand).toBeLessThan(30);
  }, 30_000);
});

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const example = fileURLToPath(new URL('../../examples/rpcinterface/uptime.mjs', import.meta.url));
const section = (name: string, module: string, more = '') =>
  `[rpcinterface:${name}]\nsupervisor.rpcinterface_factory=${module}\n${more}\n`;

let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon(
    `[program:cat]\ncommand=/bin/cat\nstartsecs=0\n[program:idle]\ncommand=/bin/cat\nautostart=false\n` +
      section('uptime', example, 'unit=hours') +
      section('wrong', example, 'unit=fortnights') +
      section('broken', 'broken.mjs') +
      section('rude', 'rude.mjs'),
    {
      files: {
        'broken.mjs': 'export default 7;',
        'rude.mjs':
          'export default () => ({ say: { returns: "string", help: "", run() { throw new Error("oops"); } } });',
      },
    },
  );
  await until('cat runs', async () => (await daemon.ctl('status', 'cat')).stdout.includes('RUNNING'));
});
afterAll(() => daemon.stop());

describe('an [rpcinterface:x] with the path of an ES module', () => {
  it('adds its methods under the section’s name', async () => {
    expect(await daemon.call('uptime.ofProcess', 'cat')).toBe(0);
    expect(await daemon.call('system.listMethods')).toContain('uptime.ofProcess');
    expect(await daemon.call('system.methodSignature', 'uptime.ofProcess')).toEqual(['int', 'string']);
    await daemon.logged("INFO RPC interface 'uptime' initialized");
  });

  it('answers with the faults that it makes', async () => {
    const fault = await daemon.call('uptime.ofProcess', 'idle');
    expect(fault).toEqual({ faultCode: 70, faultString: 'NOT_RUNNING: idle' });
    expect(await daemon.call('uptime.ofProcess', 'nobody')).toEqual({
      faultCode: 10,
      faultString: 'BAD_NAME: nobody',
    });
    expect(await daemon.call('uptime.ofProcess')).toMatchObject({ faultCode: 2 });
  });

  it('that fails in a call is its caller’s fault to see', async () => {
    expect(await daemon.call('rude.say')).toEqual({ faultCode: 30, faultString: 'FAILED: rude.say: oops' });
  });

  it('that cannot be loaded is told in the log, and the others serve', async () => {
    await daemon.logged(
      /CRIT \[rpcinterface:wrong\] .*uptime\.mjs: unit: fortnights: expected seconds, minutes or hours/,
    );
    await daemon.logged(
      /CRIT \[rpcinterface:broken\] .*broken\.mjs: expected a function as its default export/,
    );
    expect(await daemon.call('broken.say')).toMatchObject({ faultCode: 1 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XmlRpcValue } from '../../src/rpc/codec.ts';
import { RpcFault } from '../../src/rpc/faults.ts';
import { MalformedXml } from '../../src/rpc/xml.ts';
import { ask } from '../support/ask.ts';
import { type Daemon, startDaemon, startOracle } from '../support/daemon.ts';
import { has } from '../support/needs.ts';
import { until } from '../support/until.ts';

const CONFIG = '[program:cat]\ncommand=cat\nstartsecs=0\n';

/**
 * What a parameter may be that is not what the method asks for; `cat` is a process. The number is no signal's: where
 * `cat` dies, Python's answer to the next signal rests on whether it has been reaped.
 */
const VALUES: readonly XmlRpcValue[] = ['cat', 'zz', 500, [], ['cat'], { a: 1 }, Buffer.from('cat')];

/** Every call with too few and too many parameters, and with each value in each place. */
function* calls(takes: number): Generator<readonly XmlRpcValue[]> {
  for (let count = 0; count <= takes + 1; count += 1) if (count !== takes) yield Array(count).fill('cat');
  const usual: readonly XmlRpcValue[] = ['cat', 0, 10].slice(0, takes);
  for (let place = 0; place < takes; place += 1) for (const value of VALUES) yield usual.with(place, value);
}

type Outcome = 'answered' | 'broken' | number;

/** What a call comes to: a fault's code, `broken` where there is no XML-RPC in the answer. */
const outcome = async (
  { socket }: Daemon,
  method: string,
  params: readonly XmlRpcValue[],
): Promise<Outcome> => {
  try {
    await ask(socket, method, ...params);
    return 'answered';
  } catch (error) {
    if (error instanceof RpcFault) return error.code;
    if (error instanceof MalformedXml) return 'broken';
    throw error;
  }
};

/** Python's breaks at types that it does not expect, or takes them for names that there are not; ours says what is wrong. */
const BETTER: readonly (readonly [theirs: Outcome, ours: Outcome])[] = [
  ['broken', 2],
  ['broken', 10],
  ['broken', 'answered'],
  [10, 2],
  [4, 2],
];

/** Whatever it is given as text, Python's sends it in an event as Python writes it: `['cat']`. */
const ANYTHING = 'supervisor.sendRemoteCommEvent';

/** These end the daemon when they are called as they should be. */
const LAST = ['supervisor.shutdown', 'supervisor.restart'];

describe.skipIf(!has('supervisor'))("wrong parameters, beside Python's supervisord", () => {
  let daemons: readonly Daemon[] = [];
  beforeAll(async () => {
    daemons = [await startOracle(CONFIG), await startDaemon(CONFIG)];
    for (const { ctl } of daemons) {
      await until('cat runs', async () => (await ctl('status')).stdout.includes('RUNNING'));
    }
  });
  afterAll(async () => {
    await Promise.all(daemons.map(daemon => daemon.stop()));
  });

  it('come to the same fault for every method, or to one that tells more', async () => {
    const [python, ours] = daemons as [Daemon, Daemon];
    const methods = (await ask(python.socket, 'system.listMethods')) as readonly string[];
    const different: unknown[] = [];
    for (const method of methods) {
      const signature = await ask(python.socket, 'system.methodSignature', method).catch(() => ['', '']);
      const takes = LAST.includes(method) ? 0 : (signature as readonly string[]).length - 1;
      for (const params of calls(takes)) {
        const [theirs, mine] = await Promise.all(
          [python, ours].map(daemon => outcome(daemon, method, params)),
        );
        const isBetter = BETTER.some(([before, now]) => before === theirs && now === mine);
        if (method === ANYTHING && theirs === 'answered' && mine === 2) continue;
        if (theirs !== mine && !isBetter) different.push({ method, params, theirs, mine });
      }
    }
    expect(methods.length).toBeGreaterThan(35);
    expect(different).toEqual([]);
    expect(await ask(ours.socket, 'supervisor.getState')).toEqual({ statecode: 1, statename: 'RUNNING' });
  });
});

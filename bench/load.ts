import type { RpcClient } from './client.ts';
import { clock } from './ear.ts';

/** What a burst of requests came to. */
export interface Burst {
  /** Requests a second. */
  readonly rate: number;
  /** Milliseconds of each. */
  readonly latencies: readonly number[];
}

/** Calls a method again and again for `duration` milliseconds, by so many clients at once. */
export async function burst(
  client: RpcClient,
  method: string,
  { clients = 1, duration, fresh = false }: { clients?: number; duration: number; fresh?: boolean },
): Promise<Burst> {
  const latencies: number[] = [];
  const begin = clock();
  const end = begin + duration;
  const run = async (own: RpcClient) => {
    while (clock() < end) {
      const asked = clock();
      await (fresh ? own.callOnce(method) : own.call(method));
      latencies.push(clock() - asked);
    }
    own.close();
  };
  await Promise.all(Array.from({ length: clients }, () => run(client.another())));
  return { rate: (latencies.length * 1000) / (clock() - begin), latencies };
}

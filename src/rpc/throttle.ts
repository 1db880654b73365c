import type { Milliseconds } from '../../machines/spec.ts';

/** Counts refused logins by address and says which address has to slow down. */
export interface Throttle {
  isBlocked(address: string): boolean;
  /** Counts an attempt as failed; one that turns out well is taken back. */
  failed(address: string): void;
  takeBack(address: string): void;
}

/** How much is too much. */
export interface ThrottleOptions {
  /** So many failures within a second are answered with slow down until the second is over. */
  readonly failures?: number;
  /** A clock that never jumps. */
  readonly now?: () => Milliseconds;
}

const window: Milliseconds = 1000;
/** Addresses remembered at once: the oldest is forgotten, so that a crowd of addresses costs no memory. */
const most = 4096;

/** Makes a throttle; an address that is asleep for a second is forgotten. */
export function throttle({ failures = 10, now = () => performance.now() }: ThrottleOptions = {}): Throttle {
  /** The times of the last failures, oldest address first. */
  const recent = new Map<string, readonly Milliseconds[]>();
  const timesOf = (key: string) => (recent.get(key) ?? []).filter(time => time > now() - window);
  return {
    isBlocked: address => recent.size > 0 && timesOf(network(address)).length >= failures,
    failed(address) {
      const key = network(address);
      const times = [...timesOf(key), now()].slice(-failures);
      recent.delete(key);
      recent.set(key, times);
      const [oldest] = recent.keys();
      if (recent.size > most && oldest !== undefined) recent.delete(oldest);
    },
    takeBack(address) {
      const key = network(address);
      const times = timesOf(key).slice(0, -1);
      if (times.length > 0) recent.set(key, times);
      else recent.delete(key);
    },
  };
}

/** An IPv6 host owns its /64, so that is what counts; an IPv4 address counts as itself, however it is written. */
function network(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4).join(':');
}

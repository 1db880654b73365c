import { createRequire } from 'node:module';
import { constants } from 'node:os';

/**
 * How a foreign function is had. koffi is loaded at the first call, for a start without such calls must not pay for it.
 */

/** A call that the kernel refused: `code` is errno's name, such as `EPERM`. */
export class ForeignError extends Error {
  readonly code: string;
  readonly syscall: string;
  constructor(syscall: string, code: string) {
    super(`${syscall}: ${code}`);
    this.name = 'ForeignError';
    this.syscall = syscall;
    this.code = code;
  }
}

/** A function of libc's or of Node's own, ready to be called. */
export type Native = (...args: readonly unknown[]) => number;
interface Koffi {
  load(path: null): { func(prototype: string): Native };
  proto(prototype: string): unknown;
  register(callback: (...args: readonly unknown[]) => void, type: string): unknown;
  errno(): number;
}

/** A function by its prototype, or by those of several that do the same: the first that is there is meant. */
export type Prototype = string | readonly string[];

let koffi: Koffi | undefined;
let symbols: ReturnType<Koffi['load']> | undefined;
const bound = new Map<Prototype, Native>();

/** A function that this process has; throws where it has none of that name. */
export function native(prototype: Prototype): Native {
  const known = bound.get(prototype);
  if (known) return known;
  koffi ??= createRequire(import.meta.url)('koffi') as Koffi;
  symbols ??= koffi.load(null);
  const call = first(symbols, typeof prototype === 'string' ? [prototype] : prototype);
  bound.set(prototype, call);
  return call;
}

function first(from: ReturnType<Koffi['load']>, [prototype = '', ...others]: readonly string[]): Native {
  try {
    return from.func(prototype);
  } catch (error) {
    if (others.length === 0) throw error;
    return first(from, others);
  }
}

/** errno's name for its number: `EPERM` for 1. (Node's getSystemErrorName does not know ENOEXEC.) */
export const errorName = (errno: number): string =>
  Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;

/** errno's name as the last call left it. */
export const lastError = (): string => errorName(koffi?.errno() ?? 0);

/** Calls, and throws when the answer is -1. */
export function checked(prototype: Prototype, ...args: readonly unknown[]): number {
  const call = native(prototype);
  const result = call(...args);
  if (result !== -1) return result;
  const text = typeof prototype === 'string' ? prototype : (prototype[0] ?? '');
  throw new ForeignError(/(\w+)\(/.exec(text)?.[1] ?? text, lastError());
}

/** Whether this process has a function. */
export function has(prototype: Prototype): boolean {
  try {
    native(prototype);
    return true;
  } catch {
    // No such symbol, or no koffi for this machine: whoever asks knows another way, so this is an answer.
    return false;
  }
}

/** Calls what only some libc has; without it nothing is done. */
export const perhaps = (prototype: Prototype, ...args: readonly unknown[]): void => {
  if (has(prototype)) native(prototype)(...args);
};

/** A function for libuv to call, by its prototype; what it throws is thrown from the event loop. */
export function callback(prototype: string, act: () => void): unknown {
  koffi ??= createRequire(import.meta.url)('koffi') as Koffi;
  koffi.proto(prototype);
  const name = /(\w+)\(/.exec(prototype)?.[1];
  return koffi.register(() => {
    try {
      act();
    } catch (error) {
      // An exception must not pass through foreign frames.
      process.nextTick(() => {
        throw error;
      });
    }
  }, `${name} *`);
}

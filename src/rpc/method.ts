import type { Answer } from './answer.ts';
import type { XmlRpcValue } from './codec.ts';
import type { TypeName } from './contract.ts';
import { fault } from './faults.ts';

/** One parameter: its name and type for the documents, and how it is read. */
export interface Param<Value> {
  readonly name: string;
  readonly type: TypeName;
  readonly about: string;
  /** What stands in where a call leaves it out; without it the parameter is required. */
  readonly otherwise?: Value;
  /** Reads what the client sent; throws a fault where it does not fit. */
  readonly read: (sent: XmlRpcValue) => Value;
}

type ValuesOf<Params> = { [Key in keyof Params]: Params[Key] extends Param<infer Value> ? Value : never };

/** One method as the dispatcher sees it. */
export interface Method {
  /** With its namespace: `supervisor.getState`. */
  readonly name: string;
  readonly params: readonly Param<unknown>[];
  readonly returns: TypeName;
  /** One or two sentences for a person. */
  readonly help: string;
  /** Whether it is answered while the daemon is shutting down or restarting. */
  readonly always: boolean;
  readonly run: (values: readonly unknown[]) => Answer | Promise<Answer>;
}

interface MethodRow<Params extends readonly Param<unknown>[]> {
  readonly name: string;
  readonly params?: Params;
  readonly returns: TypeName;
  readonly help: string;
  readonly always?: boolean;
  readonly run: (...values: ValuesOf<Params>) => Answer | Promise<Answer>;
}

/** One row of a table of methods: what `run` is given has the types that the parameters read. */
export function method<const Params extends readonly Param<unknown>[] = []>(row: MethodRow<Params>): Method {
  const { params = [], always = false, run } = row;
  // `readParams` makes exactly the tuple that `run` asks for; a table cannot say so in its type.
  return { ...row, params, always, run: values => run(...(values as ValuesOf<Params>)) };
}

/** Reads a call's parameters; throws INCORRECT_PARAMETERS where their number or a type is wrong. */
export function readParams({ params }: Method, sent: readonly XmlRpcValue[]): readonly unknown[] {
  return params.map((param, index) => {
    const value = sent[index];
    return value === undefined ? param.otherwise : param.read(value);
  });
}

/** Whether a call has as many parameters as the method takes. */
export const takesAsMany = ({ params }: Method, sent: readonly XmlRpcValue[]): boolean =>
  sent.length <= params.length && params.every((param, index) => index < sent.length || 'otherwise' in param);

const wrong = (name: string, expected: string) =>
  fault('INCORRECT_PARAMETERS', `${name}: expected ${expected}`);

/** A name or any other text; a number is taken as its digits, base64 as what it encodes. */
export const text = (name: string, about: string): Param<string> => ({
  name,
  type: 'string',
  about,
  read: sent => {
    if (typeof sent === 'string' || typeof sent === 'number') return String(sent);
    if (sent instanceof Uint8Array) return Buffer.from(sent).toString();
    throw wrong(name, 'a string');
  },
});

/** A whole number; digits in a string are read, a fraction is cut off, true is 1 and false 0. */
export const int = (name: string, about: string): Param<number> => ({
  name,
  type: 'int',
  about,
  read: sent => {
    const counts = typeof sent === 'boolean' || (typeof sent === 'string' && /^\s*[-+]?\d+\s*$/.test(sent));
    const number = counts ? Number(sent) : sent;
    if (typeof number === 'number' && Number.isFinite(number)) return Math.trunc(number);
    throw wrong(name, 'an int');
  },
});

/** A yes or no that may be left out; other types count as Python counts them: empty, zero and nil are no. */
export const flag = (name: string, about: string, otherwise: boolean): Param<boolean> => ({
  name,
  type: 'boolean',
  about,
  otherwise,
  read: sent => (Array.isArray(sent) || sent instanceof Uint8Array ? sent.length > 0 : Boolean(sent)),
});

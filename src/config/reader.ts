import type { ConfigWorld } from './world.ts';

/** A JSON Schema for the values of one reader. */
export type ValueSchema = Readonly<Record<string, unknown>>;

/** Reads one kind of value. */
export interface Reader<T> {
  /** The value that a text means. Throws ValueFault, in Supervisor's words where it has them. */
  readonly read: (text: string, world: ConfigWorld) => T;
  /** What is expected, as the end of a sentence: `a whole number`. */
  readonly expected: string;
  readonly schema: ValueSchema;
}

/** Makes a reader. */
export const reader = <T>(expected: string, schema: ValueSchema, read: Reader<T>['read']): Reader<T> => ({
  expected,
  schema,
  read,
});

import type { Seconds } from '../../../machines/spec.ts';

/** One thing that happened, as which since the beginning, and when. */
export interface Entry<Item> {
  /** Counts from 1. */
  readonly seq: number;
  readonly time: Seconds;
  readonly item: Item;
}

/** The last things that happened: the oldest make room for the newest. */
export class Ring<Item> {
  readonly #entries: Entry<Item>[] = [];
  readonly #capacity: number;
  readonly #listeners = new Set<() => void>();
  #last = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The number of the newest, 0 where nothing has happened. */
  get last(): number {
    return this.#last;
  }

  /** The number of the oldest that is still known. */
  get first(): number {
    return this.#last - this.#entries.length + 1;
  }

  add(item: Item, time: Seconds): void {
    this.#last += 1;
    this.#entries[(this.#last - 1) % this.#capacity] = { seq: this.#last, time, item };
    for (const listener of this.#listeners) listener();
  }

  /** Undefined for one that is forgotten or is still to come. */
  get(seq: number): Entry<Item> | undefined {
    const entry = this.#entries[(seq - 1) % this.#capacity];
    return entry?.seq === seq ? entry : undefined;
  }

  /** Calls back at each addition, until the function that it returns is called. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

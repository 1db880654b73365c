import { constants, openSync } from 'node:fs';
import { setImmediate as breath } from 'node:timers/promises';
import type { Bytes, LogOverflow, Milliseconds } from '../../machines/spec.ts';
import type { Channel } from './channel.ts';
import type { Destination } from './destination.ts';
import { Drops } from './drops.ts';
import { Fifo, type FifoOwner } from './fifo.ts';
import { Inbox } from './inbox.ts';
import { errnoOf, type Kernel, type Report } from './kernel.ts';
import { CHUNK, type Lane, type Lanes } from './lane.ts';
import { whileMoving } from './moving.ts';
import { Pace } from './pace.ts';

/** The most that is read at once where a format makes more of it. */
const FORMATTED: Bytes = 64 * 1024;
/** The most that is read before others have their turn. */
const SLICE: Bytes = 128 * 1024;
/** How long a disk may take nothing at all before the end of a process is told all the same, by the overflow. */
export const HUNG = { block: 30_000, drop: 2000 } as const satisfies Record<LogOverflow, Milliseconds>;
/** With overflow=drop: how long a disk may take before the pipe is emptied without it, and how often from then on. */
const PATIENCE: Milliseconds = 50;
const RELIEF: Milliseconds = 10;

const scratch = Buffer.allocUnsafeSlow(64 * 1024);

export interface StreamOptions {
  readonly fifo: string;
  readonly owner: FifoOwner | undefined;
  readonly overflow: LogOverflow;
  readonly channel: Channel;
  readonly destinations: readonly Destination[];
  /** Nobody takes in its bytes: the process writes to /dev/null, and there is no FIFO. */
  readonly unread: boolean;
  readonly kernel: Kernel;
  readonly lanes: Lanes;
  readonly report: Report;
}

/**
 * Carries one output stream of a process from its FIFO to its logs. A quiet stream costs nothing between two lines; a
 * busy one is read in large pieces. Our memory holds at most the 64 KiB that woke us (with overflow=drop, 1 MiB)
 * and, while the disk refuses, the one piece of up to 1 MiB that it refused; all else waits in the pipe, and then the
 * process waits.
 */
export class Stream {
  readonly #options: StreamOptions;
  readonly #inbox = new Inbox();
  readonly #pace = new Pace();
  readonly #drops: Drops;
  #fifo: Fifo | undefined;
  /** The turns of a stream follow each other, also where they take different lanes. */
  #turns: Promise<unknown> = Promise.resolve();
  #ahead = 0;
  /** Somebody carries: what comes meanwhile is carried, too. */
  #carrying = false;
  #closed = false;
  #tap: ((bytes: Buffer) => void) | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    const { destinations, fifo, report } = options;
    this.#drops = new Drops(() => destinations.find(({ path }) => path !== undefined)?.path ?? fifo, report);
  }

  /** Bytes that reached no log. */
  get dropped(): Bytes {
    return this.#options.destinations.reduce((sum, { dropped }) => sum + dropped, this.#inbox.dropped);
  }

  /** A descriptor for a process to write to; the caller closes it. Throws where the FIFO or a log cannot be opened. */
  openChildEnd(): number {
    if (this.#options.unread) return openSync('/dev/null', constants.O_RDWR);
    for (const destination of this.#options.destinations) destination.open();
    this.#fifo ??= this.#openFifo();
    return this.#fifo.openChildEnd();
  }

  /**
   * Resolves with true when what a process that has ended wrote is in the logs, or is held because the disk refuses it,
   * and with false when a disk hangs: it has it as soon as it goes on. What a grandchild goes on to write does not
   * prolong it.
   */
  async drain(): Promise<boolean> {
    if (this.#fifo === undefined || this.#closed) return true;
    const limit = HUNG[this.#options.overflow];
    if (!this.#isAtRest() && !(await whileMoving(this.#empty(this.#fifo), () => this.#stillSince, limit)))
      return false;
    for (const destination of this.#options.destinations) destination.flush();
    return true;
  }

  /**
   * Lets a conversation hear each read as it comes, before it is logged: a view that is good until the call returns.
   * Such a stream is never left to gather. Undefined ends it.
   */
  tap(tap: ((bytes: Buffer) => void) | undefined): void {
    this.#tap = tap;
  }

  /** Reads what is there for the tap, sooner than the event loop would come to it. */
  glance(): void {
    if (this.#closed || this.#fifo === undefined) return;
    const size = this.#readPipe(scratch, 0);
    if (size === 0) return;
    this.#inbox.push(scratch.subarray(0, size));
    void this.#carry(this.#fifo);
  }

  /** Removes the FIFO and closes the logs, as soon as they have what was read already. */
  close(): void {
    this.#closed = true;
    this.#fifo?.close();
    if (this.#ahead === 0) this.#closeLogs();
    else void this.#turns.then(() => this.#closeLogs());
  }

  #closeLogs(): void {
    for (const destination of this.#options.destinations) destination.close();
    this.#drops.close();
  }

  #openFifo(): Fifo {
    const { fifo: path, owner, kernel, report } = this.#options;
    const fifo: Fifo = new Fifo(path, owner, kernel, {
      onBytes: bytes => {
        this.#tap?.(bytes);
        this.#inbox.push(bytes);
        void this.#carry(fifo);
        // A conversation goes on while what was said waits for its turn at the disk.
        if (this.#tap !== undefined && this.#inbox.size < scratch.length) fifo.listen();
      },
      onError: error => report('error', `${path}: cannot be read: ${errnoOf(error)}`),
    });
    fifo.listen();
    return fifo;
  }

  /** From the first bytes until the pipe is quiet again. */
  async #carry(fifo: Fifo): Promise<void> {
    if (this.#carrying) return;
    this.#carrying = true;
    const isBusy = this.#tap === undefined && this.#pace.isBusy();
    let size: Bytes;
    do {
      await this.#patiently(this.#settled());
      const before = performance.now();
      if (isBusy) await this.#pace.gather();
      // What woke us was all there was, so a quiet stream's pipe is not read again.
      size = await this.#turn(isBusy || this.#inbox.size >= scratch.length);
      if (size > 0) this.#pace.learn(size, performance.now() - before, Math.min(fifo.capacity, this.#limit));
      if (size >= fifo.capacity / 2) fifo.grow();
    } while (!this.#closed && ((isBusy && size > 0) || this.#inbox.size > 0 || this.#inbox.gap > 0));
    this.#carrying = false;
    this.#pace.rest();
    fifo.listen();
  }

  /** Whether nothing is on its way or kept back; a crash storm asks this often. */
  #isAtRest(): boolean {
    if (this.#ahead > 0 || this.#inbox.size > 0 || this.#isHolding) return false;
    if (!this.#options.channel.isPlain) return false;
    if (this.#fifo?.isEmpty) return true;
    const size = this.#readPipe(scratch, 0);
    if (size > 0) this.#inbox.push(scratch.subarray(0, size));
    return size === 0;
  }

  async #empty(fifo: Fifo): Promise<void> {
    for (let left = fifo.capacity + this.#inbox.size; left > 0; ) {
      if (!(await this.#isTaken())) return;
      const size = await this.#turn(true);
      if (size === 0 && !this.#isHolding) break;
      left -= size;
    }
    if (!(await this.#isTaken())) return;
    await this.#inLane(async () => {
      if (!this.#isHolding) await this.#write(this.#options.channel.flush());
      return 0;
    });
    await this.#isTaken();
  }

  /** One read and its write. `deep` reads the pipe too, not only the inbox. Resolves with how much was read. */
  #turn(deep: boolean): Promise<Bytes> {
    return this.#patiently(
      this.#inLane(async buffer => {
        if (this.#closed || this.#isHolding) return 0;
        const { channel } = this.#options;
        const space = buffer.subarray(0, this.#limit);
        const size = await this.#fill(space, deep);
        if (size > 0) await this.#write(channel.feed(space.subarray(0, size)));
        if (this.#inbox.gap > 0 && this.#inbox.size === 0 && !this.#isHolding) await this.#tellGap();
        return size;
      }),
    );
  }

  /** Reads in slices, so that a client's request waits for one of them and not for a whole flood. */
  async #fill(space: Buffer, deep: boolean): Promise<Bytes> {
    for (let size = 0; ; await breath()) {
      const some = this.#read(space.subarray(size, size + SLICE), deep);
      size += some;
      if (some < SLICE || size === space.length || this.#closed) return size;
    }
  }

  #read(space: Buffer, deep: boolean): Bytes {
    const size = this.#inbox.moveTo(space);
    if (!deep || this.#inbox.gap > 0) return size;
    return size + this.#readPipe(space, size);
  }

  #readPipe(space: Buffer, offset: Bytes): Bytes {
    try {
      const size = this.#fifo?.read(space, offset) ?? 0;
      if (size > 0) this.#tap?.(space.subarray(offset, offset + size));
      return size;
    } catch (error) {
      this.#options.report('error', `${this.#options.fifo}: cannot be read: ${errnoOf(error)}`);
      return 0;
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    await Promise.all(this.#options.destinations.map(destination => destination.write(bytes)));
  }

  async #tellGap(): Promise<void> {
    await this.#write(this.#options.channel.note(`${this.#inbox.takeGap()} bytes of output were dropped`));
  }

  /** Runs when the turns before it are done and the disk's lane is free. Never rejects. */
  #inLane(turn: (buffer: Buffer) => Promise<Bytes>): Promise<Bytes> {
    const { report, fifo } = this.#options;
    this.#ahead++;
    const done = this.#turns
      .then(() => this.#lane.run(turn))
      .catch((error: unknown) => {
        // A fault of ours in one piece of output must not stop the stream.
        report('error', `${fifo}: ${errnoOf(error)}`);
        return 0;
      })
      .finally(() => {
        this.#ahead--;
      });
    this.#turns = done;
    return done;
  }

  /** The most that is read at once. */
  get #limit(): Bytes {
    return this.#options.channel.expands ? FORMATTED : CHUNK;
  }

  get #lane(): Lane {
    const { lanes, destinations } = this.#options;
    return lanes.of(destinations.map(({ device }) => device).join(' + '));
  }

  get #isHolding(): boolean {
    return this.#options.destinations.some(destination => destination.holding);
  }

  async #settled(): Promise<void> {
    if (this.#isHolding)
      await Promise.all(this.#options.destinations.map(destination => destination.settled()));
  }

  /** Waits for a reader that is slow; false where a disk refuses what it is given. */
  async #isTaken(): Promise<boolean> {
    if (this.#options.destinations.some(({ refusing }) => refusing)) return false;
    await this.#settled();
    return true;
  }

  /** Since when nothing has moved of what we wait for. */
  get #stillSince(): Milliseconds {
    return Math.min(this.#lane.stillSince, ...this.#options.destinations.map(({ stillSince }) => stillSince));
  }

  /** Waits; with overflow=drop, not at the process's cost: the pipe is kept from filling. */
  async #patiently<Result>(work: Promise<Result>): Promise<Result> {
    if (this.#options.overflow === 'block') return work;
    const relieve = () => {
      this.#relieve();
      timer = setTimeout(relieve, RELIEF);
    };
    let timer = setTimeout(relieve, PATIENCE);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Takes from the pipe what is there, and no more than a chunk, to leave others their turn. */
  #relieve(): void {
    for (let left = CHUNK; left > 0; ) {
      const size = this.#readPipe(scratch, 0);
      if (size === 0) return;
      const before = this.#inbox.dropped;
      this.#inbox.squeeze(scratch.subarray(0, size));
      if (this.#inbox.dropped > before) this.#drops.add(this.#inbox.dropped - before);
      left -= size;
    }
  }
}

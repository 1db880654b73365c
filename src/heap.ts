import { setFlagsFromString } from 'node:v8';

/**
 * Imported first by the daemon, before anything is allocated. V8 lets the young generation grow to 32 MiB under load and
 * keeps it; a daemon that sleeps most of its life has no use for that. At its first size it costs a collection more now
 * and then, a millisecond each. What lives some milliseconds, as the processes of a storm do, grows old by that, and the
 * old generation would grow fourfold before V8 looks: twofold is enough, and costs nothing that can be measured.
 */
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=100');
// What a daemon is asked for is done rarely, and so by code that is still cold. With places to remember types in from its
// first call it takes a quarter less time; at rest the daemon has the same memory, for little code runs at all.
setFlagsFromString('--no-lazy-feedback-allocation');

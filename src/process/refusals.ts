import type { Shortage } from '../../machines/events.ts';

/** Why a machine makes no process: it is short of something. */
export interface Refusal {
  readonly shortage: Shortage;
  /** Supervisor's words for the process of this name. */
  words(name: string): string;
}

const noDescriptors: Refusal = {
  shortage: 'descriptors',
  words: name => `too many open files to spawn '${name}'`,
};

const REFUSALS: Readonly<Record<string, Refusal>> = {
  EMFILE: noDescriptors,
  ENFILE: noDescriptors,
  EAGAIN: {
    shortage: 'processes',
    words: name => `Too many processes in process table to spawn '${name}'`,
  },
  ENOMEM: { shortage: 'memory', words: name => `unknown error during fork for '${name}': ENOMEM` },
};

/** The shortage that errno's name tells of, where a spawn fails before there is a child; undefined where it tells of none. */
export const refusalOf = (code: string): Refusal | undefined => REFUSALS[code];

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Daemon } from './daemon.ts';

const SPEAKER = fileURLToPath(new URL('../fixtures/events/speaker.py', import.meta.url));

/** The file of the scripted listeners, for a daemon's folder. */
export const speaker = async () => ({ 'speaker.py': await readFile(SPEAKER, 'utf8') });

/** The command of a listener that behaves in one way and writes what it reads into `NAME.seen`. */
export const speakerCommand = (mode: string, name = mode): string =>
  `command=/usr/bin/python3 -S %(here)s/speaker.py ${mode} %(here)s/${name}.seen`;

/** One event as a listener read it. */
export interface Seen {
  /** The listener's process. */
  readonly process: string;
  readonly header: string;
  readonly serial: number;
  readonly poolserial: number;
  readonly eventname: string;
  readonly payload: string;
}

/** The text of a file in a daemon's folder, empty where there is none. */
export const textOf = (daemon: Daemon, file: string): Promise<string> =>
  readFile(join(daemon.folder, file), 'utf8').catch(error => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });

/** What the listeners of a name have read; a line that is being written is not there yet. */
export const seen = async (daemon: Daemon, name: string): Promise<readonly Seen[]> =>
  (await textOf(daemon, `${name}.seen`))
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const [process, header, payload] = JSON.parse(line);
      const token = (key: string) => new RegExp(` ${key}:(\\S+)`).exec(header)?.[1] ?? '';
      const [serial, poolserial] = [Number(token('serial')), Number(token('poolserial'))];
      return { process, header, serial, poolserial, eventname: token('eventname'), payload };
    });

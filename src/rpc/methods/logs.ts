import type { Bytes } from '../../../machines/spec.ts';
import { clear, clearMain, doOne, toAllLogs } from '../actions.ts';
import { allByPriority, oneProcess } from '../address.ts';
import type { Answer } from '../answer.ts';
import type { Backend } from '../backend.ts';
import { fault } from '../faults.ts';
import { int, type Method, method, text } from '../method.ts';

type Stream = 'stdout' | 'stderr';

/** One answer carries at most so much: as XML it takes three times that for a moment. */
const most: Bytes = 64 * 1024 * 1024;

const name = text('name', 'a process: name or group:name');
const slice = [
  int('offset', 'the first byte; negative counts from the end, with length 0'),
  int('length', 'how many bytes; 0 is all that follow'),
] as const;
const window = [
  int('offset', 'what the last call returned, or 0'),
  int('length', 'the most bytes to return'),
] as const;

const mainReaders = ['supervisor.readLog', 'supervisor.readMainLog'];
const readers: readonly (readonly [string, Stream])[] = [
  ['supervisor.readProcessLog', 'stdout'],
  ['supervisor.readProcessStdoutLog', 'stdout'],
  ['supervisor.readProcessStderrLog', 'stderr'],
];
const tailers: readonly (readonly [string, Stream])[] = [
  ['supervisor.tailProcessLog', 'stdout'],
  ['supervisor.tailProcessStdoutLog', 'stdout'],
  ['supervisor.tailProcessStderrLog', 'stderr'],
];
const clearers = ['supervisor.clearProcessLog', 'supervisor.clearProcessLogs'];

/** How logs are read, followed and cleared. */
export const logMethods = (backend: Backend): readonly Method[] => {
  const { logs } = backend;
  const snapshot = () => backend.root.getSnapshot();

  const read = async (path: string | undefined, offset: number, length: number): Promise<string> => {
    if (length < 0 || (offset < 0 && length !== 0)) throw fault('BAD_ARGUMENTS');
    if (path === undefined) throw fault('NO_FILE');
    const wanted = length === 0 ? most + 1 : Math.min(length, most);
    const bytes = await orFault(path, logs.read(path, offset, wanted));
    if (bytes.length > most)
      throw fault('FAILED', `${path}: longer than ${most} bytes; ask for a part of it`);
    return offset < 0 ? decodeEnd(bytes) : decode(bytes);
  };

  const pathOf = (wanted: string, stream: Stream): string | undefined => {
    const { group, name: process } = oneProcess(snapshot(), wanted).info;
    return logs.process(group, process)[stream];
  };

  const tail = async (path: string | undefined, offset: number, length: number): Promise<Answer> => {
    if (path === undefined) return ['', 0, false];
    const found = await logs.tail(path, offset, Math.min(length, most));
    return [decodeEnd(found.bytes), found.offset, found.overflow];
  };

  return [
    ...mainReaders.map(alias =>
      method({
        name: alias,
        params: slice,
        returns: 'string',
        help: "Reads a part of the daemon's own log.",
        run: (offset, length) => read(logs.main(), offset, length),
      }),
    ),
    method({
      name: 'supervisor.clearLog',
      returns: 'boolean',
      help: "Empties the daemon's own log.",
      run: async () => {
        await clearMain(backend);
        return true;
      },
    }),
    ...readers.map(([alias, stream]) =>
      method({
        name: alias,
        params: [name, ...slice],
        returns: 'string',
        help: `Reads a part of a process's ${stream} log.`,
        run: (wanted, offset, length) => read(pathOf(wanted, stream), offset, length),
      }),
    ),
    ...tailers.map(([alias, stream]) =>
      method({
        name: alias,
        params: [name, ...window],
        returns: 'array',
        help: `Gives the last bytes of a process's ${stream} log, its size, and whether more was written since offset than is given.`,
        run: (wanted, offset, length) => tail(pathOf(wanted, stream), offset, length),
      }),
    ),
    ...clearers.map(alias =>
      method({
        name: alias,
        params: [name],
        returns: 'boolean',
        help: "Empties a process's logs; rotated files stay.",
        run: wanted => doOne(clear(backend), oneProcess(snapshot(), wanted), wanted),
      }),
    ),
    method({
      name: 'supervisor.clearAllProcessLogs',
      returns: 'array',
      help: 'Empties the logs of every process, and says what came of each.',
      run: () => toAllLogs(allByPriority(snapshot()), clear(backend)),
    }),
  ];
};

/** Logs are bytes and XML carries text: what is not UTF-8 is shown as U+FFFD rather than refused. */
const decode = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();

/** The end of a log, without the rest of a character that the cut fell into. */
const decodeEnd = (bytes: Uint8Array): string => {
  const isCut = ((bytes[0] ?? 0) & 0xc0) === 0x80;
  return isCut ? decode(bytes).replace(/^\ufffd{1,3}/, '') : decode(bytes);
};

async function orFault<Value>(path: string, reading: Promise<Value>): Promise<Value> {
  try {
    return await reading;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === 'ENOENT' ? fault('NO_FILE', path) : fault('FAILED', message);
  }
}

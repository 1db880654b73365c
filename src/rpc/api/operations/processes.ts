import { findProcess, type ProcessView, processes } from '../../../../machines/info.ts';
import { STATE_CODES } from '../../../../machines/states.ts';
import {
  type Act,
  clear,
  doOne,
  rotate,
  signal,
  signalAll,
  start,
  startAll,
  stop,
  stopAll,
  toAllLogs,
  writeStdin,
} from '../../actions.ts';
import { allByPriority, fullName, groupByPriority } from '../../address.ts';
import type { Backend } from '../../backend.ts';
import { readBody } from '../../body.ts';
import { fault, RpcFault } from '../../faults.ts';
import type { Result } from '../../rounds.ts';
import { sendFile } from '../file.ts';
import type { ActionResult } from '../model.ts';
import { type Asked, type Operation, type QueryParam, readFlag } from '../operation.ts';
import { processOf, resultOf, success } from '../views.ts';

const wait: QueryParam = {
  name: 'wait',
  about: 'Whether to answer only when it is done; true unless false, 0, no or off',
  schema: { type: 'boolean', default: true },
};
const results = {
  status: 200,
  about: 'What came of each process',
  schema: 'ActionResult',
  many: true,
} as const;
const wildcard = 'A * as name is every process of the group, and as group and name every process.';

/** What is said of processes and done to them. */
export const processOperations = (backend: Backend): readonly Operation[] => {
  const { root, logs } = backend;
  const one = ({ path }: Asked): ProcessView => {
    const { group = '', name = '' } = path;
    const found = findProcess(root.getSnapshot(), group, name);
    if (found === undefined) throw fault('BAD_NAME', `${group}:${name}`);
    return found;
  };
  const several = ({ path: { group = '', name } }: Asked): readonly ProcessView[] | undefined => {
    if (name !== '*') return undefined;
    return group === '*' ? allByPriority(root.getSnapshot()) : groupByPriority(root.getSnapshot(), group);
  };
  /** One process answers by its fault, several by a result for each. */
  const act = async (
    asked: Asked,
    each: Act,
    all: (of: readonly ProcessView[], act: Act) => Promise<Result[]>,
  ): Promise<readonly ActionResult[]> => {
    const targets = several(asked);
    if (targets !== undefined) return (await all(targets, each)).map(resultOf);
    const process = one(asked);
    await doOne(each, process, fullName(process.info));
    return [success(process.info)];
  };
  const says = async (answer: Promise<unknown>) => ({ json: await answer });

  return [
    {
      id: 'listProcesses',
      method: 'GET',
      path: '/processes',
      summary: 'Every process, sorted by group and name',
      query: [
        { name: 'group', about: 'Only those of this group', schema: { type: 'string' } },
        {
          name: 'state',
          about: 'Only those in this state',
          schema: { type: 'string', enum: Object.keys(STATE_CODES) },
        },
      ],
      successes: [{ status: 200, about: 'The processes', schema: 'Process', many: true }],
      run: ({ query }) => {
        const [group, state] = [query.get('group'), query.get('state')];
        const now = backend.now();
        const json = processes(root.getSnapshot())
          .filter(({ info }) => group === null || info.group === group)
          .filter(({ info }) => state === null || info.state === state)
          .map(({ info }) => processOf(info, logs, now));
        return { json };
      },
    },
    {
      id: 'getProcess',
      method: 'GET',
      path: '/processes/{group}/{name}',
      summary: 'One process',
      successes: [{ status: 200, about: 'The process', schema: 'Process' }],
      problems: [404],
      run: asked => ({ json: processOf(one(asked).info, logs, backend.now()) }),
    },
    {
      id: 'startProcesses',
      method: 'POST',
      path: '/processes/{group}/{name}/start',
      summary: `Start a process, or those that are down. ${wildcard}`,
      query: [wait],
      successes: [results],
      problems: [404, 409],
      run: asked => says(act(asked, start(backend, readFlag(asked.query, 'wait', true)), startAll)),
    },
    {
      id: 'stopProcesses',
      method: 'POST',
      path: '/processes/{group}/{name}/stop',
      summary: `Stop a process, or those that are up. ${wildcard}`,
      query: [wait],
      successes: [results],
      problems: [404, 409],
      run: asked => says(act(asked, stop(backend, readFlag(asked.query, 'wait', true)), stopAll)),
    },
    {
      id: 'restartProcesses',
      method: 'POST',
      path: '/processes/{group}/{name}/restart',
      summary: `Stop what is up, then start what is down; the stop is always waited for. ${wildcard}`,
      query: [wait],
      successes: [results],
      problems: [404, 409],
      run: async asked => {
        const starting = start(backend, readFlag(asked.query, 'wait', true));
        const targets = several(asked);
        const stopped = await stopAll(targets ?? [one(asked)], stop(backend, true));
        const failed = stopped.filter(({ status }) => status !== success({ group: '', name: '' }).code);
        if (targets === undefined) {
          const [failure] = failed;
          if (failure !== undefined) throw new RpcFault(failure.status, failure.description);
        }
        const started = await act(asked, starting, startAll);
        return { json: [...failed.map(resultOf), ...started] };
      },
    },
    {
      id: 'signalProcesses',
      method: 'POST',
      path: '/processes/{group}/{name}/signal',
      summary: `Send a signal to a process, or to those that run. ${wildcard}`,
      query: [
        {
          name: 'signal',
          about: 'A name such as HUP or SIGHUP, or a number',
          schema: { type: 'string' },
          required: true,
        },
      ],
      successes: [results],
      problems: [404, 409],
      run: asked => says(act(asked, signal(backend, asked.query.get('signal') ?? ''), signalAll)),
    },
    {
      id: 'writeStdin',
      method: 'POST',
      path: '/processes/{group}/{name}/stdin',
      summary: 'Write to the stdin of a process, byte for byte',
      body: { media: 'application/octet-stream', about: 'What to write' },
      successes: [{ status: 204, about: 'It is on its way' }],
      problems: [404, 409, 411, 413],
      run: async asked => {
        const data = await readBody(asked.request);
        const process = one(asked);
        writeStdin(backend, process, data, fullName(process.info));
        return undefined;
      },
    },
    ...(['stdout', 'stderr'] as const).map(
      (stream): Operation => ({
        id: stream === 'stdout' ? 'readStdoutLog' : 'readStderrLog',
        method: 'GET',
        path: `/processes/{group}/{name}/logs/${stream}`,
        summary: `The ${stream} log of a process, byte for byte; by Range: a part of it`,
        successes: [
          { status: 200, about: 'All of it', media: 'text/plain' },
          { status: 206, about: 'The part that was asked for', media: 'text/plain' },
        ],
        problems: [404, 416],
        run: asked => {
          const { group, name } = one(asked).info;
          return sendFile(logs, logs.process(group, name)[stream], asked);
        },
      }),
    ),
    {
      id: 'clearLogs',
      method: 'DELETE',
      path: '/processes/{group}/{name}/logs',
      summary: 'Empty the logs of a process; rotated files stay',
      successes: [{ status: 204, about: 'They are empty' }],
      problems: [404],
      run: async asked => {
        const process = one(asked);
        await doOne(clear(backend), process, fullName(process.info));
        return undefined;
      },
    },
    {
      id: 'rotateLogs',
      method: 'POST',
      path: '/processes/{group}/{name}/rotate',
      summary: `Rotate the logs of a process now, whatever their size; empty ones stay. ${wildcard}`,
      successes: [results],
      problems: [404, 500],
      run: asked => says(act(asked, rotate(backend), toAllLogs)),
    },
  ];
};

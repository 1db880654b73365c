import { supervisorState } from '../../../../machines/info.ts';
import { SUPERVISOR_STATE_CODES } from '../../../../machines/states.ts';
import { supervisorVersion } from '../../../version.ts';
import { clearMain, rotateMain } from '../../actions.ts';
import type { Backend } from '../../backend.ts';
import { orCannotReread } from '../../methods/groups.ts';
import { sendFile } from '../file.ts';
import type { Daemon } from '../model.ts';
import type { Operation } from '../operation.ts';

/** The daemon itself: what it is, its log, its end. */
export const daemonOperations = (backend: Backend): readonly Operation[] => [
  {
    id: 'getDaemon',
    method: 'GET',
    path: '/daemon',
    summary: 'What the daemon is and is about; answers while it is shutting down, too',
    always: true,
    successes: [{ status: 200, about: 'The daemon', schema: 'Daemon' }],
    run: () => {
      const state = supervisorState(backend.root.getSnapshot());
      const { identification, pid } = backend;
      const statecode = SUPERVISOR_STATE_CODES[state];
      return {
        json: {
          identification,
          pid,
          state,
          statecode,
          supervisor_version: supervisorVersion,
        } satisfies Daemon,
      };
    },
  },
  {
    id: 'shutdown',
    method: 'POST',
    path: '/daemon/shutdown',
    summary: 'Stop every process, then the daemon',
    successes: [{ status: 202, about: 'It has begun' }],
    run: () => {
      backend.shutdown();
      return undefined;
    },
  },
  {
    id: 'reload',
    method: 'POST',
    path: '/daemon/reload',
    summary: 'Read the configuration, stop every process and start by it; a broken one changes nothing',
    successes: [{ status: 202, about: 'It has begun' }],
    problems: [422],
    run: async () => {
      await orCannotReread(backend.reload());
      return undefined;
    },
  },
  {
    id: 'readDaemonLog',
    method: 'GET',
    path: '/daemon/log',
    summary: "The daemon's own log; by Range: a part of it",
    successes: [
      { status: 200, about: 'All of it', media: 'text/plain' },
      { status: 206, about: 'The part that was asked for', media: 'text/plain' },
    ],
    problems: [404, 416],
    run: asked => sendFile(backend.logs, backend.logs.main(), asked),
  },
  {
    id: 'clearDaemonLog',
    method: 'DELETE',
    path: '/daemon/log',
    summary: "Empty the daemon's own log",
    successes: [{ status: 204, about: 'It is empty' }],
    problems: [404],
    run: async () => {
      await clearMain(backend);
      return undefined;
    },
  },
  {
    id: 'rotateDaemonLog',
    method: 'POST',
    path: '/daemon/log/rotate',
    summary: "Rotate the daemon's own log now, whatever its size",
    successes: [{ status: 204, about: 'It is rotated' }],
    problems: [404, 500],
    run: async () => {
      await rotateMain(backend);
      return undefined;
    },
  },
];

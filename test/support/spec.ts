import type { ProcessSpec, StreamSpec } from '../../machines/spec.ts';

/** A stream that goes nowhere, but for what a test says. */
export const streamSpec = (over: Partial<StreamSpec> = {}): StreamSpec => ({
  logfile: [{ to: 'none' }],
  logfile_maxbytes: 0,
  logfile_backups: 0,
  capture_maxbytes: 0,
  events_enabled: false,
  syslog: false,
  overflow: 'block',
  format: 'raw',
  rotate: 'size',
  compress: 'none',
  ...over,
});

const stream = streamSpec();

/** A process as Supervisor's defaults make it, but for what a test says. */
export const processSpec = (over: Partial<ProcessSpec> = {}): ProcessSpec => ({
  name: 'cat',
  group: 'cat',
  program: 'cat',
  command: '/bin/cat',
  argv: ['/bin/cat'],
  directory: undefined,
  umask: undefined,
  priority: 999,
  autostart: true,
  autorestart: 'unexpected',
  startsecs: 1,
  startretries: 3,
  exitcodes: [0],
  stopsignal: 'SIGTERM',
  stopwaitsecs: 10,
  stopasgroup: false,
  killasgroup: false,
  user: undefined,
  redirect_stderr: false,
  stdout: stream,
  stderr: stream,
  environment: {},
  serverurl: undefined,
  fault: undefined,
  ...over,
});

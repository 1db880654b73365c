import { processes } from '../../../machines/info.ts';
import type { GroupSpec, LogDestination, ProcessSpec } from '../../../machines/spec.ts';
import { signalNumber } from '../../signals.ts';
import { oneProcess } from '../address.ts';
import type { Backend } from '../backend.ts';
import type { XmlRpcStruct } from '../codec.ts';
import { fragments } from '../fragments.ts';
import { type Method, method, text } from '../method.ts';

/** What is said of processes and of their configuration. */
export const infoMethods = (backend: Backend): readonly Method[] => {
  const written = fragments(backend.logs);
  const snapshot = () => backend.root.getSnapshot();
  return [
    method({
      name: 'supervisor.getProcessInfo',
      params: [text('name', 'a process: name or group:name')],
      returns: 'struct',
      help: 'Says how a process is: its state, pid, times, exit status and logs.',
      run: wanted => written.one(oneProcess(snapshot(), wanted).info, backend.now()),
    }),
    method({
      name: 'supervisor.getAllProcessInfo',
      returns: 'array',
      help: 'Says how every process is, sorted by group and name.',
      run: () =>
        written.all(
          processes(snapshot()).map(({ info }) => info),
          backend.now(),
        ),
    }),
    method({
      name: 'supervisor.getAllConfigInfo',
      returns: 'array',
      help: 'Says how every process is configured as last read, and whether its group is in use; sorted by name.',
      run: () => {
        const { configured, groups } = snapshot().context;
        const inUse = new Set(groups.map(({ name }) => name));
        return configured
          .flatMap(group => configInfos(group, inUse.has(group.name), backend))
          .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
      },
    }),
  ];
};

type ConfigInfo = XmlRpcStruct & { readonly name: string };

const configInfos = (group: GroupSpec, inuse: boolean, backend: Backend): readonly ConfigInfo[] =>
  group.programs.flatMap(program =>
    program.processes.map(spec => {
      const logs = inuse ? backend.logs.process(group.name, spec.name) : {};
      return configInfo(spec, group, inuse, logs);
    }),
  );

/** The members and their order are Supervisor's, and so is 'none' for what is not set. */
function configInfo(
  spec: ProcessSpec,
  group: GroupSpec,
  inuse: boolean,
  logs: ReturnType<Backend['logs']['process']>,
): ConfigInfo {
  return {
    autostart: spec.autostart,
    directory: spec.directory ?? 'none',
    uid: spec.user?.uid ?? 'none',
    command: spec.command,
    exitcodes: spec.exitcodes,
    group: group.name,
    group_prio: group.priority,
    inuse,
    killasgroup: spec.killasgroup,
    name: spec.name,
    process_prio: spec.priority,
    redirect_stderr: spec.redirect_stderr,
    startretries: spec.startretries,
    startsecs: spec.startsecs,
    ...streamInfo('stdout', spec, logs.stdout),
    stopsignal: signalNumber(spec.stopsignal),
    stopwaitsecs: spec.stopwaitsecs,
    ...streamInfo('stderr', spec, logs.stderr),
    serverurl: spec.serverurl_auto ? 'none' : (spec.serverurl ?? 'none'),
  };
}

function streamInfo(name: 'stdout' | 'stderr', spec: ProcessSpec, path: string | undefined): XmlRpcStruct {
  const stream = spec[name];
  const isRedirected = name === 'stderr' && spec.redirect_stderr;
  return {
    [`${name}_capture_maxbytes`]: stream.capture_maxbytes,
    [`${name}_events_enabled`]: stream.events_enabled,
    [`${name}_logfile`]: isRedirected ? 'none' : (path ?? destinations(stream.logfile)),
    [`${name}_logfile_backups`]: stream.logfile_backups,
    [`${name}_logfile_maxbytes`]: stream.logfile_maxbytes,
    [`${name}_syslog`]: stream.syslog,
  };
}

const destinations = (logfile: readonly LogDestination[]): string =>
  logfile.map(destination => (destination.to === 'file' ? destination.path : destination.to)).join(',');

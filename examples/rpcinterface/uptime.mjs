// A plug-in: [rpcinterface:uptime] with supervisor.rpcinterface_factory=uptime.mjs adds the methods uptime.*.
// Its default export makes the methods once for each start and reload of the daemon.

/** @type {import('statevisor').Plugin} */
export default function uptime(daemon, options) {
  const unit = { seconds: 1, minutes: 60, hours: 3600 }[options.unit ?? 'seconds'];
  if (unit === undefined) throw new Error(`unit: ${options.unit}: expected seconds, minutes or hours`);
  return {
    ofProcess: {
      params: { name: 'string' },
      returns: 'int',
      help: 'Says for how long a process has been running, in whole units of the option `unit`.',
      async run(name) {
        const { start, now, statename } = await daemon.call('supervisor.getProcessInfo', name);
        if (statename !== 'RUNNING') daemon.fault(70, `NOT_RUNNING: ${name}`);
        return Math.floor((now - start) / unit);
      },
    },
  };
}

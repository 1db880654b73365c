import { describe, expect, it } from 'vitest';
import type { XmlRpcValue } from '../../../src/rpc/codec.ts';
import { dispatcher } from '../../../src/rpc/dispatch.ts';
import { method, text } from '../../../src/rpc/method.ts';
import { lone } from '../../machines/fake.ts';
import { fakeDaemon, plain } from '../fixture.ts';

const SIGNATURES = `
addProcessGroup boolean string
clearAllProcessLogs array
clearLog boolean
clearProcessLog boolean string
clearProcessLogs boolean string
getAPIVersion string
getAllConfigInfo array
getAllProcessInfo array
getIdentification string
getPID int
getProcessInfo struct string
getState struct
getSupervisorVersion string
getVersion string
readLog string int int
readMainLog string int int
readProcessLog string string int int
readProcessStderrLog string string int int
readProcessStdoutLog string string int int
reloadConfig array
removeProcessGroup boolean string
restart boolean
sendProcessStdin boolean string string
sendRemoteCommEvent boolean string string
shutdown boolean
signalAllProcesses array string
signalProcess boolean string string
signalProcessGroup array string string
startAllProcesses array boolean
startProcess boolean string boolean
startProcessGroup array string boolean
stopAllProcesses array boolean
stopProcess boolean string boolean
stopProcessGroup array string boolean
tailProcessLog array string int int
tailProcessStderrLog array string int int
tailProcessStdoutLog array string int int`
  .trim()
  .split('\n')
  .map(line => {
    const [name, ...types] = line.split(' ');
    return [`supervisor.${name}`, types] as const;
  });

const ask = async (method: string, ...params: XmlRpcValue[]) =>
  plain(await fakeDaemon([lone('cat', { autostart: false })]).call(method, params));

const multicall = (calls: XmlRpcValue[]) => ask('system.multicall', calls);

describe('system', () => {
  it('lists every method of Supervisor, sorted', async () => {
    const system = ['listMethods', 'methodHelp', 'methodSignature', 'multicall'].map(
      name => `system.${name}`,
    );
    expect(await ask('system.listMethods')).toEqual([...SIGNATURES.map(([name]) => name), ...system]);
  });

  it.each(SIGNATURES)('gives the signature of %s', async (name, types) => {
    expect(await ask('system.methodSignature', name)).toEqual(types);
  });

  it('helps with every method: what it does, its parameters, what it returns', async () => {
    expect(await ask('system.methodHelp', 'supervisor.startProcess')).toMatch(
      /^Starts a process\. .+\n\n@param string name .+\n@param boolean wait .+ \(default: true\)\n@return boolean$/s,
    );
    for (const [name] of SIGNATURES) expect(await ask('system.methodHelp', name)).toMatch(/^[A-Z].+\./);
  });

  it('answers SIGNATURE_UNSUPPORTED for a method that does not exist', async () => {
    const unsupported = { code: 4, message: 'SIGNATURE_UNSUPPORTED' };
    await expect(ask('system.methodHelp', 'supervisor.nosuch')).rejects.toMatchObject(unsupported);
    await expect(ask('system.methodSignature', 3)).rejects.toMatchObject(unsupported);
  });
});

describe('a call', () => {
  it.each([
    'supervisor',
    'supervisor.nosuch',
    'foo.getState',
    'supervisor._x',
    'supervisor.__proto__',
    'supervisor.getState.x',
    'constructor',
    '',
  ])('of %j is answered UNKNOWN_METHOD', async name => {
    await expect(ask(name)).rejects.toMatchObject({ code: 1, message: 'UNKNOWN_METHOD' });
  });

  it.each([
    ['supervisor.getState', [1]],
    ['supervisor.getProcessInfo', []],
    ['supervisor.getProcessInfo', ['a', 'b']],
    ['supervisor.startProcess', ['a', true, 3]],
    ['supervisor.readLog', [0]],
    ['system.multicall', []],
  ])('of %s with %j is answered INCORRECT_PARAMETERS', async (name, params) => {
    await expect(ask(name, ...params)).rejects.toMatchObject({ code: 2, message: 'INCORRECT_PARAMETERS' });
  });

  it.each<[string, XmlRpcValue[], string]>([
    ['supervisor.getProcessInfo', [['a']], 'name: expected a string'],
    ['supervisor.readLog', ['a', 'b'], 'offset: expected an int'],
    ['supervisor.readLog', [0, null], 'length: expected an int'],
    ['supervisor.signalProcess', ['cat', []], 'signal: expected a string'],
    ['supervisor.removeProcessGroup', [{}], 'name: expected a string'],
    ['system.multicall', ['x'], 'calls: expected an array'],
  ])('of %s with %j says which parameter is wrong', async (name, params, why) => {
    await expect(ask(name, ...params)).rejects.toMatchObject({
      code: 2,
      message: `INCORRECT_PARAMETERS: ${why}`,
    });
  });

  it('may give a name in base64 and a number as a boolean, as some libraries do', async () => {
    const wrong = { code: 10, message: 'BAD_NAME: nobody' };
    await expect(ask('supervisor.getProcessInfo', Buffer.from('nobody'))).rejects.toMatchObject(wrong);
    await expect(ask('supervisor.readProcessStdoutLog', 'nobody', true, false)).rejects.toMatchObject(wrong);
  });

  it.each<[XmlRpcValue, boolean]>([
    ['yes', true],
    [1, true],
    ['', false],
    [0, false],
    [[], false],
    [null, false],
  ])('takes %j as a boolean as Python does', async (wait, isYes) => {
    const daemon = fakeDaemon([lone('cat', { autostart: false })]);
    const answer = daemon.call('supervisor.startProcess', ['cat', wait]);
    const first = await Promise.race([answer, new Promise(resolve => setImmediate(resolve, 'waits'))]);
    expect(first).toBe(isYes ? 'waits' : true);
  });
});

describe('system.multicall', () => {
  it('answers each call in its place, a failed one by its fault', async () => {
    expect(
      await multicall([
        { methodName: 'supervisor.getState', params: [] },
        { methodName: 'supervisor.getPID' },
        { methodName: 'supervisor.nosuch', params: [] },
        { methodName: 'supervisor.getProcessInfo', params: [] },
        { methodName: 'supervisor.getProcessInfo', params: ['nobody'] },
        { methodName: 'system.multicall', params: [[]] },
        { methodName: 3, params: [] },
        {},
        7,
      ]),
    ).toEqual([
      { statecode: 1, statename: 'RUNNING' },
      4711,
      { faultCode: 1, faultString: 'UNKNOWN_METHOD' },
      { faultCode: 2, faultString: 'INCORRECT_PARAMETERS' },
      { faultCode: 10, faultString: 'BAD_NAME: nobody' },
      { faultCode: 2, faultString: 'INCORRECT_PARAMETERS: Recursive system.multicall forbidden' },
      { faultCode: 2, faultString: 'INCORRECT_PARAMETERS: No methodName' },
      { faultCode: 2, faultString: 'INCORRECT_PARAMETERS: No methodName' },
      { faultCode: 2, faultString: 'INCORRECT_PARAMETERS: No methodName' },
    ]);
    expect(await multicall([])).toEqual([]);
  });

  it('makes a call only when the one before it is done', async () => {
    const daemon = fakeDaemon([lone('a', { autostart: false }), lone('b', { autostart: false })]);
    const answer = daemon.call('system.multicall', [
      [
        { methodName: 'supervisor.startProcess', params: ['a'] },
        { methodName: 'supervisor.startProcess', params: ['b', false] },
      ],
    ]);
    await new Promise(resolve => setImmediate(resolve));
    expect(daemon.kernel.spawned).toHaveLength(1);
    daemon.kernel.start('a');
    daemon.clock.increment(1000);
    expect(plain(await answer)).toEqual([true, true]);
    expect(daemon.kernel.spawned).toHaveLength(2);
  });
});

describe('a namespace of its own', () => {
  it('is described and called like the others', async () => {
    const { backend } = fakeDaemon([]);
    const greet = method({
      name: 'greeter.greet',
      params: [text('who', 'whom to greet')],
      returns: 'string',
      help: 'Greets.',
      run: who => `hello ${who}`,
    });
    const { call } = dispatcher(backend, [greet]);
    expect(plain(await call('greeter.greet', ['you']))).toBe('hello you');
    expect(plain(await call('system.methodSignature', ['greeter.greet']))).toEqual(['string', 'string']);
  });
});

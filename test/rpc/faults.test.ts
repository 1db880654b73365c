import { expect, test } from 'vitest';
import { fault, faultName, faults, faultText, RpcFault } from '../../src/rpc/faults.ts';

test('the registry holds the codes that Supervisor documents', () => {
  const codes = Object.fromEntries(Object.entries(faults).map(([name, row]) => [name, row.code]));
  expect(codes).toEqual({
    UNKNOWN_METHOD: 1,
    INCORRECT_PARAMETERS: 2,
    BAD_ARGUMENTS: 3,
    SIGNATURE_UNSUPPORTED: 4,
    SHUTDOWN_STATE: 6,
    BAD_NAME: 10,
    BAD_SIGNAL: 11,
    NO_FILE: 20,
    NOT_EXECUTABLE: 21,
    FAILED: 30,
    ABNORMAL_TERMINATION: 40,
    SPAWN_ERROR: 50,
    ALREADY_STARTED: 60,
    NOT_RUNNING: 70,
    SUCCESS: 80,
    ALREADY_ADDED: 90,
    STILL_RUNNING: 91,
    CANT_REREAD: 92,
  });
});

test('a fault without a detail is its bare name', () => {
  expect(fault('SHUTDOWN_STATE')).toMatchObject({ code: 6, message: 'SHUTDOWN_STATE' });
});

test('a detail follows the name after a colon, even an empty one', () => {
  expect(fault('BAD_NAME', 'foo')).toMatchObject({ code: 10, message: 'BAD_NAME: foo' });
  expect(faultText('BAD_NAME', '')).toBe('BAD_NAME: ');
});

test('a fault is an error that can be told from others', () => {
  expect(fault('FAILED')).toBeInstanceOf(RpcFault);
  expect(fault('FAILED')).toBeInstanceOf(Error);
});

test('a code leads back to its name, and a code of another server to none', () => {
  expect(faultName(70)).toBe('NOT_RUNNING');
  expect(faultName(-32601)).toBeUndefined();
});

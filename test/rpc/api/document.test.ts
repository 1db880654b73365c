import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApi } from './fixture.ts';

describe('the OpenAPI document', () => {
  it('is one, of version 3.1', async () => {
    const { document } = await openApi();
    expect(document.openapi).toBe('3.1.0');
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect(result).toMatchObject({ valid: true });
  });

  it('names each operation once, and says which operation a path is', async () => {
    const { document } = await openApi();
    const ids = Object.values(document.paths).flatMap(methods =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual([
      'clearDaemonLog',
      'clearLogs',
      'getChanges',
      'getConfig',
      'getDaemon',
      'getProcess',
      'listEvents',
      'listProcesses',
      'readDaemonLog',
      'readStderrLog',
      'readStdoutLog',
      'reload',
      'reread',
      'restartProcesses',
      'rotateDaemonLog',
      'rotateLogs',
      'shutdown',
      'signalProcesses',
      'startProcesses',
      'stopProcesses',
      'streamEvents',
      'update',
      'writeStdin',
    ]);
  });

  it('uses every schema that it has', async () => {
    const { document } = await openApi();
    const text = JSON.stringify(document.paths);
    const unused = Object.keys(document.components.schemas).filter(
      name => !text.includes(`schemas/${name}"`),
    );
    expect(unused).toEqual([]);
  });
});

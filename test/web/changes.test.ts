import { expect, it } from 'vitest';
import { lone } from '../machines/fake.ts';
import { openPages } from './fixture.ts';

it('tells what an update would change, down to the options, with secrets masked', async () => {
  const { root, ask } = await openPages([
    lone('same'),
    lone('cat', { startsecs: 1, environment: { SECRET: 'old', KEPT: 'x' } }),
    lone('gone'),
  ]);
  root.send({
    type: 'supervisor.reread',
    groups: [
      lone('same'),
      lone('cat', { startsecs: 5, environment: { SECRET: 'new', KEPT: 'x' } }),
      lone('fresh'),
    ],
  });
  const changes = JSON.parse((await ask({ path: '/web/changes' })).body);
  expect(changes).toMatchObject([
    { group: 'fresh', kind: 'added', processes: [{ name: 'fresh', kind: 'added' }] },
    {
      group: 'cat',
      kind: 'changed',
      processes: [
        {
          name: 'cat',
          kind: 'changed',
          options: [
            { option: 'startsecs', was: '1', becomes: '5' },
            { option: 'environment: SECRET', was: '•••', becomes: '•••' },
          ],
        },
      ],
    },
    { group: 'gone', kind: 'removed', processes: [{ name: 'gone', kind: 'removed' }] },
  ]);
});

import { describe, expect, it } from 'vitest';
import type { ActorNews } from '../../src/web/actors.ts';
import { grown } from '../../src/web/client/actors.ts';
import { branches } from '../../src/web/client/branches.ts';
import { groupSpec, lone, programSpec } from '../machines/fake.ts';
import { openPages } from './fixture.ts';

const listeners = {
  ...programSpec('mail', { names: ['mail_0', 'mail_1'], startsecs: 0 }),
  kind: 'eventlistener' as const,
  listener: { buffer_size: 10, events: [], result_handler: '' },
};

async function open() {
  const daemon = await openPages([
    lone('cat', { startsecs: 0, environment: { KEY: 'a secret value' }, command: '/bin/cat --key=hidden' }),
    groupSpec('mail', [listeners]),
  ]);
  const look = async (after = ''): Promise<ActorNews> =>
    JSON.parse((await daemon.ask({ path: `/web/actors?after=${after}` })).body);
  return { ...daemon, look };
}

describe('the tree of actors', () => {
  it('is the real one: root, programs, instances, pools, listeners and ports, each where it belongs', async () => {
    const { look } = await open();
    const { actors } = await look();
    const names = new Map(actors.map(({ id, kind, name }) => [id, `${kind} ${name}`]));
    expect(actors.map(({ kind, name, parent }) => `${names.get(parent) ?? ''} > ${kind} ${name}`)).toEqual([
      ' > supervisor supervisor',
      'supervisor supervisor > port herald',
      'supervisor supervisor > program cat',
      'program cat > instance cat',
      'instance cat > port process',
      'supervisor supervisor > program mail',
      'program mail > pool mail',
      'pool mail > listener mail_0',
      'pool mail > listener mail_1',
      'program mail > instance mail_0',
      'instance mail_0 > port process',
      'program mail > instance mail_1',
      'instance mail_1 > port process',
    ]);
    expect(new Set(actors.filter(({ kind }) => kind !== 'port').map(({ path }) => path))).toEqual(
      new Set(['running', 'serving', 'alive.starting.spawning', '', 'absent']),
    );
  });

  it('tells later only what has changed, and who is gone', async () => {
    const { look, kernel, root } = await open();
    const first = await look();
    expect(first.isWhole).toBe(true);
    expect(await look(first.revision)).toEqual({
      revision: first.revision,
      isWhole: false,
      actors: [],
      gone: [],
    });
    kernel.start('cat');
    const second = await look(first.revision);
    expect(second.isWhole).toBe(false);
    expect(second.actors.map(({ kind, note, path }) => `${kind} ${note} ${path}`)).toEqual([
      'instance pid 101 alive.running',
    ]);
    kernel.exit(0, 'cat');
    const third = await look(second.revision);
    const port = first.actors.find(({ name }) => name === 'process');
    expect(third.gone).toEqual([port?.id]);
    root.send({ type: 'supervisor.reread', groups: [] });
    root.send({ type: 'supervisor.remove', group: 'cat' });
    expect((await look(third.revision)).gone).toHaveLength(2);
    // Whoever missed a part gets it together.
    expect((await look(first.revision)).gone).toHaveLength(3);
  });

  it('begins anew for who brings a revision of another daemon, or none', async () => {
    const { look } = await open();
    const { revision } = await look();
    for (const other of ['', 'x', 'another.1', `${revision}0000`, revision.replace(/\..*/, '.-1')]) {
      expect((await look(other)).isWhole, other).toBe(true);
    }
  });

  it('holds no command and no value of an environment', async () => {
    const { ask } = await open();
    const { body } = await ask({ path: '/web/actors' });
    expect(body).not.toMatch(/secret|hidden|--key/);
  });
});

describe('the lines of the tree', () => {
  const family = async () => grown(new Map(), await (await open()).look());
  const text = (lines: ReturnType<typeof branches>) =>
    lines.map(({ actor, level }) => `${'  '.repeat(level - 1)}${actor.kind} ${actor.name}`);

  it('begin with ports folded away', async () => {
    expect(text(branches(await family(), new Map(), ''))).toEqual([
      'supervisor supervisor',
      '  port herald',
      '  program cat',
      '    instance cat',
      '  program mail',
      '    pool mail',
      '      listener mail_0',
      '      listener mail_1',
      '    instance mail_0',
      '    instance mail_1',
    ]);
  });

  it('open and close as they are told, and count their siblings', async () => {
    const known = await family();
    const id = (name: string, kind: string) =>
      [...known.values()].find(actor => actor.name === name && actor.kind === kind)?.id ?? '';
    const folds = new Map([
      [id('mail', 'program'), false],
      [id('cat', 'instance'), true],
    ]);
    const lines = branches(known, folds, '');
    expect(text(lines)).toEqual([
      'supervisor supervisor',
      '  port herald',
      '  program cat',
      '    instance cat',
      '      port process',
      '  program mail',
    ]);
    expect(lines.at(-1)).toMatchObject({ place: 3, siblings: 3, children: 3, isOpen: false });
  });

  it('with words are those that have them in their names, and all above these', async () => {
    expect(text(branches(await family(), new Map(), ' MAIL_1 '))).toEqual([
      'supervisor supervisor',
      '  program mail',
      '    pool mail',
      '      listener mail_1',
      '    instance mail_1',
    ]);
    expect(branches(await family(), new Map(), 'nobody')).toEqual([]);
  });
});

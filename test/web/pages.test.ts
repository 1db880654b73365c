import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { lone } from '../machines/fake.ts';
import { logFile } from '../rpc/fixture.ts';
import { openPages } from './fixture.ts';

const HOSTILE = `<img src=x onerror=alert(1)>"'&`;

describe('every page', () => {
  it.each([
    '/',
    '/index.html',
    '/process.html?processname=cat',
    '/daemon.html',
    '/tail.html?processname=cat',
  ])('%s allows no script of its own text, no frame and no other host', async path => {
    const { ask } = await openPages([lone('cat')]);
    const { status, headers, body } = await ask({ path });
    expect(status).toBe(200);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style/);
    expect(body).not.toMatch(/(src|href|action)="(https?:)?\/\//);
  });

  it('shows names, messages, outputs and options as text', async () => {
    const daemon = await openPages([
      lone(HOSTILE, { command: `/bin/${HOSTILE}`, environment: { [HOSTILE]: 'x' } }),
    ]);
    await logFile(daemon, `${HOSTILE}:${HOSTILE}:stdout`, `</pre><script>alert(1)</script>${HOSTILE}`);
    const name = encodeURIComponent(HOSTILE);
    for (const path of [
      '/',
      `/?message=${name}`,
      `/process.html?processname=${name}`,
      `/process.html?processname=no${name}`,
      `/tail.html?processname=${name}`,
      `/tail.html?processname=no${name}`,
      `/?processname=${name}&action=dance`,
    ]) {
      const { body } = await daemon.ask({ path });
      expect(body, path).not.toContain('<img');
      expect(body, path).not.toContain('<script>alert');
    }
    const { body } = await daemon.ask({ path: `/process.html?processname=${name}` });
    expect(body).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
  });
});

describe('the list without JavaScript', () => {
  it('has a row for each process with its state, description, buttons and logs', async () => {
    const { ask } = await openPages([lone('cat'), lone('dog', { autostart: false })]);
    const { body } = await ask({ path: '/' });
    expect(body).toContain('href="process.html?processname=cat"');
    expect(body).toContain('value="stop cat"');
    expect(body).toContain('value="start dog"');
    expect(body).toContain('Not started');
    expect(body).toContain('href="tail.html?processname=dog"');
    expect(body).toContain('href="logtail/dog/stderr"');
  });

  it('says so where there is nothing to manage', async () => {
    const { ask } = await openPages();
    expect((await ask({ path: '/' })).body).toContain('No programs to manage');
  });
});

describe('tail.html', () => {
  it('shows the last 1,024 bytes of stdout, or as many as limit says', async () => {
    const daemon = await openPages([lone('cat')]);
    await logFile(daemon, 'cat:cat:stdout', `${'a'.repeat(1000)}${'b'.repeat(1024)}`);
    const shown = async (path: string) =>
      /<pre class="tail">(.*)<\/pre>/s.exec((await daemon.ask({ path })).body)?.[1];
    expect(await shown('/tail.html?processname=cat')).toBe('b'.repeat(1024));
    expect(await shown('/tail.html?processname=cat&limit=10')).toBe('b'.repeat(10));
  });

  it.each(['-1', '0', '0.5', 'all', ''])('with limit=%s shows as much as without', async limit => {
    const daemon = await openPages([lone('cat')]);
    await logFile(daemon, 'cat:cat:stdout', 'a'.repeat(5000));
    const { body } = await daemon.ask({ path: `/tail.html?processname=cat&limit=${limit}` });
    expect(/<pre class="tail">(a*)<\/pre>/.exec(body)?.[1]).toHaveLength(1024);
  });

  it('says that there is no file where a log was taken away', async () => {
    const daemon = await openPages([lone('cat')]);
    await rm(await logFile(daemon, 'cat:cat:stdout', 'gone'));
    const { body } = await daemon.ask({ path: '/tail.html?processname=cat' });
    expect(body).toContain('<pre class="tail">No file for cat</pre>');
  });

  it.each([
    ['/tail.html', 'No process name found'],
    ['/tail.html?processname=nix', 'ERROR: unexpected rpc fault [10] BAD_NAME: nix'],
    ['/tail.html?processname=cat', 'No file for cat'],
  ])('%s says what is wrong', async (path, words) => {
    const { ask } = await openPages([lone('cat')]);
    expect((await ask({ path })).body).toContain(words);
  });
});

describe('what the pages ask for', () => {
  it('no value of an environment and no password of a command leaves the daemon', async () => {
    const daemon = await openPages([
      lone('cat', {
        command: '/bin/cat --password=hunter2 --api-key "a b" postgres://me:hunter2@db/x TOKEN=hunter2',
        environment: { DB_PASSWORD: 'hunter2', PLAIN: 'hunter2' },
      }),
    ]);
    for (const path of [
      '/web/configuration?processname=cat',
      '/process.html?processname=cat',
      '/web/changes',
      '/',
    ]) {
      expect((await daemon.ask({ path })).body, path).not.toContain('hunter2');
    }
    const { body } = await daemon.ask({ path: '/web/configuration?processname=cat' });
    expect(JSON.parse(body)).toContainEqual(['environment: DB_PASSWORD', '•••']);
    expect(JSON.parse(body)).toContainEqual([
      'command',
      '/bin/cat --password=••• --api-key ••• postgres://me:•••@db/x TOKEN=•••',
    ]);
  });

  it.each(['/web/configuration', '/web/log'])('%s of a process that does not run is 404', async path => {
    const { ask } = await openPages([lone('cat')]);
    expect((await ask({ path: `${path}?processname=nix&stream=stdout` })).status).toBe(404);
  });

  it('/web/watch of a process that does not run says that it is gone: another one of its name may come', async () => {
    const { ask } = await openPages([lone('cat')]);
    const { status, body } = await ask({ path: '/web/watch?processname=nix' });
    expect([status, body]).toEqual([200, 'event: gone\ndata: {}\n\n']);
  });

  it('nothing but a page takes a POST', async () => {
    const { ask } = await openPages([lone('cat')]);
    expect((await ask({ path: '/web/usage', body: 'x' })).status).toBe(405);
    expect((await ask({ path: '/daemon.html', body: 'x' })).status).toBe(405);
  });
});

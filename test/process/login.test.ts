import { describe, expect, it } from 'vitest';
import { spawnOptions } from '../../src/process/options.ts';
import { spec } from './harness.ts';

const somebody = { name: 'somebody', uid: 4711, gid: 4711, home: '/home/somebody', shell: '/bin/bash' };
const daemon = { environment: { HOME: '/root', USER: 'root', SHELL: '/bin/dash', LANG: 'C' }, uid: 0 };

const environmentOf = (options: Parameters<typeof spec>[1]) => {
  const outcome = spawnOptions(spec(['/bin/true'], options), daemon);
  return 'plan' in outcome ? outcome.plan.env : outcome;
};

describe('the environment of a process with a user', () => {
  it('keeps HOME, USER and SHELL of the daemon, as in Supervisor', () => {
    const env = environmentOf({ user: somebody });
    expect(env).toMatchObject({ HOME: '/root', USER: 'root', SHELL: '/bin/dash', LANG: 'C' });
    expect(env).not.toHaveProperty('LOGNAME');
  });

  it("is the user's as after a login, with login_environment", () => {
    expect(environmentOf({ user: somebody, login_environment: true })).toMatchObject({
      HOME: '/home/somebody',
      USER: 'somebody',
      LOGNAME: 'somebody',
      SHELL: '/bin/bash',
      LANG: 'C',
    });
  });

  it("yields to the program's own environment", () => {
    const options = { user: somebody, login_environment: true, environment: { HOME: '/srv' } };
    expect(environmentOf(options)).toMatchObject({ HOME: '/srv', USER: 'somebody' });
  });

  it("is the daemon's own user's where the program names none", () => {
    expect(environmentOf({ login_environment: true })).toMatchObject({ USER: 'root', LOGNAME: 'root' });
  });

  it('gets nothing for a uid without a name', () => {
    const outcome = spawnOptions(spec(['/bin/true'], { login_environment: true }), {
      environment: { HOME: '/' },
      uid: 424242,
    });
    expect(outcome).toMatchObject({
      plan: { env: expect.not.objectContaining({ USER: expect.anything() }) },
    });
  });
});

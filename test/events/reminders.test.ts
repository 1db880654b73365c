import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SupervisorNotice } from '../../machines/events.ts';
import type { SupervisorStateName } from '../../machines/states.ts';
import { createReminders } from '../../src/events/reminders.ts';
import { entered, of } from '../support/notices.ts';

const killing = (name: string, why: 'stop' | 'stopwaitsecs' | 'signal'): SupervisorNotice => ({
  type: 'instance.killing',
  ...of(name),
  pid: 7,
  signal: 'SIGTERM',
  asgroup: false,
  why,
});
const supervisor = (state: SupervisorStateName): SupervisorNotice => ({ type: 'supervisor.state', state });

describe('a process that is asked to stop', () => {
  let told: string[];
  let notice: (notice: SupervisorNotice) => void;
  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
    ({ notice } = createReminders(
      ({ level, text }) => told.push(`${level} ${text}`),
      () => performance.now(),
    ));
  });
  afterEach(() => vi.useRealTimers());

  const waiting = (name: string) => `info waiting for ${name} to stop`;

  it('is told of at once, and each two seconds for as long as it lives', () => {
    notice(killing('a', 'stop'));
    expect(told).toEqual([waiting('a')]);
    vi.advanceTimersByTime(1999);
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(2001);
    expect(told).toEqual([waiting('a'), waiting('a'), waiting('a')]);
    notice(entered('a', { from: 'STOPPING', to: 'STOPPED' }));
    vi.advanceTimersByTime(10_000);
    expect(told).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is told of at its own times where there are others', () => {
    notice(killing('a', 'stop'));
    vi.advanceTimersByTime(500);
    notice(killing('b', 'stop'));
    vi.advanceTimersByTime(1500);
    expect(told).toEqual([waiting('a'), waiting('b'), waiting('a')]);
    notice(entered('a', { from: 'STOPPING', to: 'STOPPED' }));
    vi.advanceTimersByTime(499);
    expect(told).toHaveLength(3);
    vi.advanceTimersByTime(1);
    expect(told.slice(3)).toEqual([waiting('b')]);
  });

  it('is not told of once it is killed', () => {
    notice(killing('a', 'stop'));
    notice(killing('a', 'stopwaitsecs'));
    vi.advanceTimersByTime(10_000);
    expect(told).toHaveLength(1);
  });

  it('is not told of for a signal of a client, nor where everything stops: then the root says whom it waits for', () => {
    notice(killing('a', 'signal'));
    notice(killing('b', 'stop'));
    notice(supervisor('SHUTDOWN'));
    notice(killing('c', 'stop'));
    vi.advanceTimersByTime(10_000);
    expect(told).toEqual([waiting('b')]);
  });

  it('is told of again after a reload', () => {
    notice(supervisor('RESTARTING'));
    notice(supervisor('RUNNING'));
    notice(killing('a', 'stop'));
    expect(told).toEqual([waiting('a')]);
  });
});

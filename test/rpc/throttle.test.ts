import { describe, expect, it } from 'vitest';
import { throttle } from '../../src/rpc/throttle.ts';

const clocked = () => {
  let time = 0;
  const limiter = throttle({ now: () => time });
  const fail = (address: string, times: number) => {
    for (let count = 0; count < times; count++) limiter.failed(address);
  };
  return {
    ...limiter,
    fail,
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
  };
};

describe('an address', () => {
  it('is blocked after ten failures within a second, until a second has passed', () => {
    const { fail, isBlocked, pass } = clocked();
    fail('192.0.2.1', 9);
    expect(isBlocked('192.0.2.1')).toBe(false);
    pass(500);
    fail('192.0.2.1', 1);
    expect(isBlocked('192.0.2.1')).toBe(true);
    pass(499);
    expect(isBlocked('192.0.2.1')).toBe(true);
    pass(1);
    expect(isBlocked('192.0.2.1')).toBe(false);
  });

  it('is not blocked by an attempt that is taken back', () => {
    const { fail, isBlocked, takeBack } = clocked();
    fail('192.0.2.1', 10);
    takeBack('192.0.2.1');
    expect(isBlocked('192.0.2.1')).toBe(false);
    fail('192.0.2.1', 1);
    expect(isBlocked('192.0.2.1')).toBe(true);
    takeBack('192.0.2.2');
    expect(isBlocked('192.0.2.2')).toBe(false);
  });

  it('blocks no other', () => {
    const { fail, isBlocked } = clocked();
    fail('192.0.2.1', 50);
    expect(isBlocked('192.0.2.2')).toBe(false);
  });

  it.each([
    ['192.0.2.1', '::ffff:192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:ffff::1'],
    ['2001:db8::1', '2001:db8::2:0:0:7'],
    ['fe80::1%eth0', 'fe80::2%eth1'],
  ])('%s counts as one with %s', (one, other) => {
    const { fail, isBlocked } = clocked();
    fail(one, 10);
    expect(isBlocked(other)).toBe(true);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['::1', '192.0.2.1'],
  ])('%s does not count as one with %s', (one, other) => {
    const { fail, isBlocked } = clocked();
    fail(one, 10);
    expect(isBlocked(other)).toBe(false);
  });

  it('of many thousands costs no memory: the oldest is forgotten', () => {
    const { fail, isBlocked } = clocked();
    fail('first', 10);
    for (let count = 0; count < 5000; count++) fail(`host${count}`, 1);
    expect(isBlocked('first')).toBe(false);
  });
});

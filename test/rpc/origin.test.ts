import type { IncomingHttpHeaders } from 'node:http';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type Arrival, refusal } from '../../src/rpc/origin.ts';

const arrival = (over: Partial<Arrival>): Arrival => ({
  method: 'POST',
  headers: {},
  distance: 'network',
  open: false,
  ...over,
});

describe('a changing request', () => {
  it.each<[string, IncomingHttpHeaders]>([
    ['of a program, which sends no Origin', { host: 'example.org:9001' }],
    ['of our own page', { host: 'example.org:9001', origin: 'http://example.org:9001' }],
    ['of our own page behind TLS', { host: 'example.org', origin: 'https://example.org' }],
    ['of our own page, says the browser', { host: 'h', origin: 'http://h', 'sec-fetch-site': 'same-origin' }],
    ['that its user typed', { host: 'h', 'sec-fetch-site': 'none' }],
  ])('%s passes', (_, headers) => {
    expect(refusal(arrival({ headers }))).toBeUndefined();
  });

  it.each<[string, IncomingHttpHeaders]>([
    ['of another site', { host: 'example.org:9001', origin: 'http://evil.example' }],
    ['of another port', { host: 'example.org:9001', origin: 'http://example.org:8000' }],
    ['of a page without an origin', { host: 'example.org:9001', origin: 'null' }],
    ['that the browser calls cross-site', { host: 'h', 'sec-fetch-site': 'cross-site' }],
    ['that the browser calls same-site', { host: 'h', origin: 'http://h', 'sec-fetch-site': 'same-site' }],
    ['with an origin but no host', { origin: 'http://h' }],
  ])('%s is refused', (_, headers) => {
    expect(refusal(arrival({ headers }))).toMatch(/^(Origin|Sec-Fetch-Site): /);
  });
});

describe('a reading request', () => {
  it('passes from anywhere, for its answer stays with the browser', () => {
    const headers = { host: 'h', origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
    for (const method of ['GET', 'HEAD']) expect(refusal(arrival({ method, headers }))).toBeUndefined();
  });
});

describe('an open loopback port', () => {
  const at = (host: string | undefined) =>
    refusal(arrival({ method: 'GET', headers: { host }, distance: 'loopback', open: true }));

  it.each([
    undefined,
    '',
    'localhost',
    'localhost:9001',
    'app.localhost:9001',
    '127.0.0.1:9001',
    '[::1]:9001',
    '10.0.0.1',
    `${hostname()}:9001`,
  ])('may be called %s', host => {
    expect(at(host)).toBeUndefined();
  });

  it.each(['evil.example', 'evil.example:9001', '127.0.0.1.evil.example', 'localhost.evil.example:9001'])(
    'may not even be read as %s',
    host => {
      expect(at(host)).toMatch(/^Host /);
    },
  );

  it('is told from one with a password, from the network, and from a unix socket', () => {
    const headers = { host: 'evil.example' };
    expect(refusal(arrival({ headers, distance: 'loopback', open: false }))).toBeUndefined();
    expect(refusal(arrival({ headers, distance: 'network', open: true }))).toBeUndefined();
    expect(refusal(arrival({ headers, distance: 'unix', open: true }))).toBeUndefined();
  });
});

import { ValueFault } from './errors.ts';
import { int, repr } from './python.ts';
import { type Reader, reader } from './reader.ts';
import { wholeNumber } from './values.ts';

/** A URL with a scheme and something behind it. */
export const url: Reader<string> = reader(
  'a URL, such as http://localhost:9001 or unix:///path',
  { type: 'string' },
  value => {
    const [, rest] = /^[A-Za-z][A-Za-z0-9+.-]*:(.*)$/s.exec(value.trim()) ?? [];
    if (rest && /^[^?#]/.test(rest.replace(/^\/\//, ''))) return value;
    throw new ValueFault(`value ${repr(value)} is not a URL`);
  },
);

/** Where a TCP server listens; an empty host is every interface. */
export interface InetAddress {
  readonly host: string;
  readonly port: number;
}

/** A port's number within its bounds. Throws ValueFault in Supervisor's words. */
export function boundedPort(port: number): number {
  if (port < 1) throw new ValueFault(`${port} is below lower bound (1)`);
  if (port > 65535) throw new ValueFault(`${port} is above upper bound (65535)`);
  return port;
}

function portAlone(value: string): number {
  const port = int(value);
  if (port === undefined || port < 1 || port > 65535)
    throw new ValueFault(`not a valid port number: ${repr(value)} `);
  return port;
}

/** host:port, *:port or a port alone. */
export const inetAddress: Reader<InetAddress> = reader(
  'host:port, or a port from 1 to 65535',
  { type: ['string', 'integer'] },
  value => {
    const colon = value.lastIndexOf(':');
    const host = value.slice(0, Math.max(colon, 0)).toLowerCase();
    const written = value.slice(colon + 1);
    if (colon < 0) return { host: '', port: portAlone(value) };
    if (written === '') throw new ValueFault(`no port number specified in ${repr(written)}`);
    return { host: host === '*' ? '' : host, port: boundedPort(wholeNumber(written)) };
  },
);

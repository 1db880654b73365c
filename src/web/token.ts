import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Known to our own pages only: made anew with each daemon, and no other site can read it. */
export interface Token {
  readonly value: string;
  /** Whether what was sent is the token. */
  fits(sent: string | null): boolean;
}

/** Makes a daemon's token, once a page is asked for: most daemons are started without. */
export const createToken = (): Token => {
  let made: string | undefined;
  const value = () => {
    made ??= randomBytes(18).toString('base64url');
    return made;
  };
  return {
    get value() {
      return value();
    },
    fits: sent => {
      const known = Buffer.from(value());
      const given = Buffer.from(sent ?? '');
      return given.length === known.length && timingSafeEqual(given, known);
    },
  };
};

/**
 * Whether a request comes from a browser, which may have been led here by somebody else. Scripts, which know what they
 * do, send none of these headers.
 */
export const isBrowser = (headers: IncomingHttpHeaders): boolean =>
  headers['sec-fetch-site'] !== undefined ||
  headers.origin !== undefined ||
  (headers['user-agent'] ?? '').startsWith('Mozilla/');

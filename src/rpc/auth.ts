import { createHash, timingSafeEqual } from 'node:crypto';
import { equalTexts, fitsPassword } from './password.ts';

/** Who may use a server: the username and password of its section. */
export interface Credentials {
  readonly username: string;
  /** Plain, `{SHA}…` or `{SCRYPT}…`. */
  readonly password: string;
}

/** Says whether an Authorization header lets its sender in: at once where there is none, or it was let in before. */
export type Authenticator = (header: string | undefined) => boolean | Promise<boolean>;

/** Makes the check for a server; without credentials everybody is let in. */
export function authenticator(credentials: Credentials | undefined): Authenticator {
  if (credentials === undefined) return () => true;
  // A client sends the same header with each request, and scrypt is slow by design: the last good one is remembered,
  // and one that is being checked is not checked twice.
  let accepted: Buffer | undefined;
  const underWay = new Map<string, Promise<boolean>>();
  return header => {
    if (header === undefined) return false;
    const seen = createHash('sha256').update(header).digest();
    if (accepted !== undefined && timingSafeEqual(seen, accepted)) return true;
    const key = seen.toString('base64');
    const known = underWay.get(key);
    if (known !== undefined) return known;
    const checked = check(header, credentials)
      .then(good => {
        if (good) accepted = seen;
        return good;
      })
      .finally(() => underWay.delete(key));
    underWay.set(key, checked);
    return checked;
  };
}

async function check(header: string, { username, password }: Credentials): Promise<boolean> {
  const sent = readBasic(header);
  if (sent === undefined) return false;
  // Both are checked before either is judged, so that the time tells nothing about the username.
  const fits = await fitsPassword(sent.password, password);
  return equalTexts(sent.username, username) && fits;
}

/** Reads `Basic base64(username:password)`; undefined for anything else. */
function readBasic(header: string): Credentials | undefined {
  const [, encoded] = /^basic\s+([\w+/=-]+)\s*$/i.exec(header) ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

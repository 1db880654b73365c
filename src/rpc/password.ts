import { createHash, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of a new {SCRYPT} password: 2^15 rounds on 32 MiB, some 80 ms of one core. */
const cost = { N: 2 ** 15, r: 8, p: 1 } as const;
/** More memory than this is not spent on a check, whatever the configured text asks for. */
const maxmem = 256 * 1024 * 1024;
const keyLength = 32;

const derive = (password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, keyLength, { ...options, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether two texts are equal, in a time that tells nothing about either but its length. */
export const equalTexts = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** Makes the configuration text for a password: `{SCRYPT}N,r,p$salt$key`, salt and key in base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  return `{SCRYPT}${cost.N},${cost.r},${cost.p}$${salt.toString('base64')}$${key.toString('base64')}`;
}

/** Whether a configured password is one of the forms that this server can check; a plain one always is. */
export const isPassword = (configured: string): boolean =>
  !configured.startsWith('{SCRYPT}') || readScrypt(configured) !== undefined;

/**
 * Whether a password is the one that the configuration's text stands for: `{SHA}` and the hex SHA-1, `{SCRYPT}` as
 * `hashPassword` makes it, or the password itself. A broken `{SCRYPT}` text fits no password.
 */
export async function fitsPassword(password: string, configured: string): Promise<boolean> {
  if (configured.startsWith('{SHA}')) {
    const sha = createHash('sha1').update(password).digest('hex');
    return equalTexts(sha, configured.slice('{SHA}'.length).toLowerCase());
  }
  if (!configured.startsWith('{SCRYPT}')) return equalTexts(password, configured);
  const stored = readScrypt(configured);
  if (stored === undefined) return false;
  return timingSafeEqual(await derive(password, stored.salt, stored.options), stored.key);
}

const scryptText = /^\{SCRYPT\}(\d+),(\d+),(\d+)\$([\w+/=]+)\$([\w+/=]+)$/;

function readScrypt(configured: string) {
  const [, N, r, p, salt = '', key = ''] = scryptText.exec(configured) ?? [];
  const options = { N: Number(N), r: Number(r), p: Number(p) };
  const stored = { options, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
  const isPowerOfTwo = options.N > 1 && Math.log2(options.N) % 1 === 0;
  const fits = isPowerOfTwo && options.r > 0 && options.p > 0 && 128 * options.N * options.r < maxmem;
  return fits && stored.key.length === keyLength ? stored : undefined;
}

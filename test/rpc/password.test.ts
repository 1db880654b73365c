import { describe, expect, it } from 'vitest';
import { fitsPassword, hashPassword, isPassword } from '../../src/rpc/password.ts';

describe('a configured password', () => {
  it('may be plain', async () => {
    expect(await fitsPassword('s3cret', 's3cret')).toBe(true);
    expect(await fitsPassword('s3cre', 's3cret')).toBe(false);
    expect(await fitsPassword('', 's3cret')).toBe(false);
  });

  it('may be the SHA-1 in hex, in any case', async () => {
    const stored = '{SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d';
    expect(await fitsPassword('thepassword', stored)).toBe(true);
    expect(await fitsPassword('thepassword', `{SHA}${stored.slice(5).toUpperCase()}`)).toBe(true);
    expect(await fitsPassword(stored, stored)).toBe(false);
    expect(await fitsPassword('other', stored)).toBe(false);
  });

  it('may be made by hashPassword, with another salt each time', async () => {
    const stored = await hashPassword('passwörd');
    expect(stored).toMatch(/^\{SCRYPT\}\d+,\d+,\d+\$[\w+/=]+\$[\w+/=]+$/);
    expect(stored).not.toContain('passw');
    expect(await hashPassword('passwörd')).not.toBe(stored);
    expect(isPassword(stored)).toBe(true);
    expect(await fitsPassword('passwörd', stored)).toBe(true);
    expect(await fitsPassword('password', stored)).toBe(false);
    expect(await fitsPassword(stored, stored)).toBe(false);
  });

  it.each([
    '{SCRYPT}',
    '{SCRYPT}plain',
    '{SCRYPT}3,8,1$c2FsdA==$AAAA',
    '{SCRYPT}16,8,1$c2FsdA==$AAAA',
    `{SCRYPT}1073741824,8,1$c2FsdA==$${Buffer.alloc(32).toString('base64')}`,
  ])('that is %s is broken and fits nothing', async stored => {
    expect(isPassword(stored)).toBe(false);
    expect(await fitsPassword(stored, stored)).toBe(false);
    expect(await fitsPassword('', stored)).toBe(false);
  });
});

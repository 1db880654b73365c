import type { UserSpec } from '../../machines/spec.ts';
import { MissingFault } from './errors.ts';
import { int } from './python.ts';
import { type Reader, reader } from './reader.ts';
import type { ConfigWorld } from './world.ts';

/** A number without its sign and zeros in front, or else the name as it is. */
const idOr = (written: string): string => `${int(written) ?? written}`;

function userOf(value: string, world: ConfigWorld): UserSpec {
  const uid = int(value);
  const user = world.lookupUser(idOr(value));
  if (user) return user;
  throw new MissingFault(uid === undefined ? `Invalid user name ${value}` : `Invalid user id ${value}`);
}

/** A user by name or number. */
export const user: Reader<UserSpec> = reader(
  'a user of this machine, by name or number',
  { type: ['string', 'integer'] },
  userOf,
);

/** Who owns a socket; no gid where only a user was named. */
export interface Owner {
  readonly uid: number;
  readonly gid: number | undefined;
}

/** user or user:group; `option` is its name in the error. */
export const owner = (option: string): Reader<Owner> =>
  reader('user or user:group, by names or numbers', { type: 'string' }, (value, world) => {
    const [name = '', group, ...more] = value.split(':');
    const found = world.lookupUser(idOr(name));
    const gid = group === undefined ? undefined : world.lookupGroup(idOr(group));
    if (!found || more.length > 0 || (group !== undefined && gid === undefined)) {
      throw new MissingFault(`Invalid ${option} value ${value}`);
    }
    return { uid: found.uid, gid };
  });

import type { Backend } from '../rpc/backend.ts';
import type { Actors } from './actors.ts';
import type { Assets } from './assets.ts';
import type { Histories } from './history.ts';
import type { Token } from './token.ts';
import type { Usages } from './usage.ts';

/** All that the pages know. */
export interface Web {
  readonly backend: Backend;
  readonly assets: Assets;
  readonly token: Token;
  readonly histories: Histories;
  readonly usages: Usages;
  readonly actors: Actors;
}

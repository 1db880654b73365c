import { build } from '../../scripts/build.ts';

/** Bundles the commands into dist/ once, before the tests that run them. */
export default async function setup(): Promise<void> {
  await build();
}

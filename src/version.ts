import { readFileSync } from 'node:fs';

declare const __VERSION__: string | undefined;

/** The package's own version: baked in by the build, read from package.json where the sources run as they are. */
export const version: string =
  typeof __VERSION__ === 'string'
    ? __VERSION__
    : JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

/** The release of Supervisor that the commands and the interface behave as: clients and scripts choose their ways by it. */
export const supervisorVersion = '4.2.5';

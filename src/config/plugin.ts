import { dirname, resolve } from 'node:path';
import { isFile } from './disk.ts';
import { environmentScope, expand, type Scope } from './expand.ts';
import { MAIN_FACTORY, RPCINTERFACE } from './options/extensions.ts';
import type { Section } from './parse.ts';
import { type Reading, SectionReader } from './section.ts';
import type { ConfigWorld } from './world.ts';

/** An [rpcinterface:x]: what makes the methods of the namespace x. */
export interface RpcInterfaceSpec {
  /** The namespace: the part of a method's name before the dot. */
  readonly name: string;
  /** undefined: Supervisor's own methods. Otherwise the absolute path of an ES module. */
  readonly module: string | undefined;
  /** The section's other options, for the module. */
  readonly options: Readonly<Record<string, string>>;
}

/** An ES module's path as given in a file, relative to that file. */
export const modulePath = (written: string, file: string, { cwd }: ConfigWorld): string =>
  resolve(cwd, dirname(file), written);

const FACTORY = 'supervisor.rpcinterface_factory';

function readInterface(reading: Reading, section: Section, scope: Scope): RpcInterfaceSpec | undefined {
  const reader = new SectionReader(reading, section);
  const factory = reader.read(FACTORY, RPCINTERFACE[FACTORY], scope);
  if (factory === undefined) {
    reader.refuse(`section [${section.name}] does not specify a ${FACTORY}`, FACTORY);
    return undefined;
  }
  const { file } = reader.entry(FACTORY)?.place ?? section.place;
  const path = factory === MAIN_FACTORY ? undefined : modulePath(factory, file, reading.world);
  if (path !== undefined && !isFile(path)) {
    reader.refuse(`${factory} cannot be resolved within [${section.name}]`, FACTORY);
  }
  const options: Record<string, string> = {};
  for (const [name, { value }] of section.entries) {
    if (name === FACTORY) continue;
    options[name] = reader.attempt(() => expand(value, scope, `${section.name}.${name}`), name) ?? value;
  }
  return { name: section.name.slice('rpcinterface:'.length), module: path, options };
}

/** Every [rpcinterface:x]. Their values know the environment, but not %(here)s. */
export function readInterfaces(
  reading: Reading,
  environment: Readonly<Record<string, string>>,
): readonly RpcInterfaceSpec[] {
  const scope = environmentScope(environment, environmentScope(reading.world.env));
  return [...reading.sections.values()]
    .filter(({ name }) => name.startsWith('rpcinterface:'))
    .flatMap(section => readInterface(reading, section, scope) ?? []);
}

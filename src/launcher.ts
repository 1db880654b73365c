import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';

/**
 * Modules of Node that a command may well end without: they take up to 6 ms each, and are loaded when something of
 * theirs is first used. Bundles take what they use of them by name.
 */
const LATE: ReadonlySet<string> = new Set([
  'node:child_process',
  'node:crypto',
  'node:dns/promises',
  'node:fs/promises',
  'node:stream/consumers',
  'node:stream/promises',
  'node:timers/promises',
  'node:zlib',
]);

type Require = (id: string) => unknown;

/** What a bundle has of the file that launches it, and thinks of as its own. */
interface Place {
  readonly require: Require;
  readonly module: object;
  readonly filename: string;
}

/** A require that puts off the late ones. */
function late(require: Require): Require {
  return id => {
    if (!LATE.has(id)) return require(id);
    return new Proxy({}, { get: (_, name) => Reflect.get(require(id) as object, name) });
  };
}

/** A bundle as the build makes it: an expression that is this function. */
type Bundle = (
  require: Require,
  module: object,
  filename: string,
  load: (id: string) => Promise<unknown>,
  keepBytecode: () => void,
) => void;

/**
 * Runs a bundle by the bytecode that an earlier run has kept beside it, where there is any: to parse and compile the
 * text takes a third of a start. V8 itself refuses the bytecode of another version or other flags; of the text it
 * compares the length alone, so the bundle's name must change with its text.
 */
export function runBundle(path: string, { require, module, filename }: Place): void {
  const kept = `${path}.${process.versions.v8}-${process.arch}.bytecode`;
  const cachedData = read(kept);
  const script = new Script(readFileSync(path, 'latin1'), {
    filename: path,
    ...(cachedData && { cachedData }),
  });
  let isKept = script.cachedDataRejected === false;
  const run = script.runInThisContext() as Bundle;
  // Node 20 has no import() in what it runs by bytecode.
  const load = (id: string) => import(id);
  run(late(require), module, filename, load, () => {
    if (!isKept) write(kept, script.createCachedData());
    isKept = true;
  });
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    // Nobody has kept any: this is a first run, or a package that its user may not write to.
    return undefined;
  }
}

function write(path: string, data: Buffer): void {
  const fresh = `${path}.${process.pid}`;
  try {
    // V8 checks no sum: after a power cut the name must not stand for half a file.
    writeFileSync(fresh, data, { mode: 0o644, flush: true });
    renameSync(fresh, path);
  } catch {
    // Another user's folder, a read-only one, a full disk: each start compiles anew, and nothing but time is lost.
    rmSync(fresh, { force: true });
  }
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEar, type Ear } from './ear.ts';

/** Where the bench works: a folder of its own and the compiled child. */
export interface Workshop {
  readonly folder: string;
  /** The path of the compiled child.c. */
  readonly child: string;
  readonly quick: boolean;
  readonly isClosed: boolean;
  /** A fresh FIFO for children to speak into; closed with the workshop. */
  ear(): Ear;
  /** Remembers how to end something that was started. The answer does it, once, and so does close(). */
  keep(end: () => Promise<void>): () => Promise<void>;
  /** Ends what still runs. */
  end(): Promise<void>;
  /** Ends what still runs and removes the folder. */
  close(): Promise<void>;
}

/** Makes the folder and compiles the child; throws where there is no C compiler. */
export function openWorkshop(quick: boolean): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'statevisor-bench-'));
  const child = join(folder, 'child');
  execFileSync('cc', ['-O2', '-o', child, fileURLToPath(new URL('child.c', import.meta.url))]);
  const ears: Ear[] = [];
  const kept = new Set<() => Promise<void>>();
  let isClosed = false;
  const end = async () => void (await Promise.all([...kept].map(one => one())));
  return {
    folder,
    child,
    quick,
    get isClosed() {
      return isClosed;
    },
    ear() {
      const ear = createEar(join(folder, `ear-${ears.length}`));
      ears.push(ear);
      return ear;
    },
    keep(end) {
      let ending: Promise<void> | undefined;
      const once = () => {
        kept.delete(once);
        ending ??= end();
        return ending;
      };
      kept.add(once);
      return once;
    },
    end,
    async close() {
      isClosed = true;
      await end();
      for (const ear of ears) ear.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

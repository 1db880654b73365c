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
  /** A fresh FIFO for children to speak into; closed with the workshop. */
  ear(): Ear;
  /** Removes the folder. */
  close(): void;
}

/** Makes the folder and compiles the child; throws where there is no C compiler. */
export function openWorkshop(quick: boolean): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'statevisor-bench-'));
  const child = join(folder, 'child');
  execFileSync('cc', ['-O2', '-o', child, fileURLToPath(new URL('child.c', import.meta.url))]);
  const ears: Ear[] = [];
  return {
    folder,
    child,
    quick,
    ear() {
      const ear = createEar(join(folder, `ear-${ears.length}`));
      ears.push(ear);
      return ear;
    },
    close() {
      for (const ear of ears) ear.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

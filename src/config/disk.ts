import { type Stats, statSync } from 'node:fs';

/** What a path leads to; undefined where there is nothing, or nothing that we may see. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    // A missing part, a file where a folder should be, no permission: for a configuration all mean "not there".
    return undefined;
  }
}

/** Whether a path leads to a folder. */
export const isFolder = (path: string): boolean => statOf(path)?.isDirectory() ?? false;

/** Whether a path leads to a file that is no folder. */
export const isFile = (path: string): boolean => statOf(path)?.isFile() ?? false;

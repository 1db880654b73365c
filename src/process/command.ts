import { accessSync, constants, type Stats, statSync } from 'node:fs';

/** Why a command cannot be executed, in the words of Supervisor, which scripts read. */
export interface CommandTrouble {
  readonly kind: 'NO_FILE' | 'NOT_EXECUTABLE';
  readonly text: string;
}

const missing = (file: string): CommandTrouble => ({
  kind: 'NO_FILE',
  text: `can't find command ${quoted(file)}`,
});
const unusable = (text: string): CommandTrouble => ({ kind: 'NOT_EXECUTABLE', text });

/** Quotes as Python's repr() does: single quotes, unless only double ones need no escape. */
function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\');
  if (escaped.includes("'") && !escaped.includes('"')) return `"${escaped}"`;
  return `'${escaped.replaceAll("'", "\\'")}'`;
}

/** The first file of that name in the path, executable or not; the name itself when there is none. */
export function findCommand(name: string, path: readonly string[]): string {
  if (name === '' || name.includes('/')) return name;
  const candidates = path.map(folder => (folder === '' ? name : `${folder.replace(/\/$/, '')}/${name}`));
  return candidates.find(candidate => stat(candidate) !== undefined) ?? name;
}

/** What keeps a file from being executed by this process; undefined when nothing does. '' is no command at all. */
export function troubleWith(file: string): CommandTrouble | undefined {
  if (file === '') return unusable('command is empty');
  const found = stat(file);
  if (!found) return missing(file);
  if (found.isDirectory()) return unusable(`command at ${quoted(file)} is a directory`);
  if ((found.mode & 0o111) === 0) return unusable(`command at ${quoted(file)} is not executable`);
  if (accessCode(file) !== undefined) return unusable(`no permission to run command ${quoted(file)}`);
  return undefined;
}

/** What is there; undefined where nothing can be found, or reached. */
export function stat(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    // A folder that may not be entered, or a file in place of a folder: Supervisor finds nothing there either.
    return undefined;
  }
}

/** errno's name when this process may not execute (or enter) the file. */
export function accessCode(file: string): string | undefined {
  try {
    accessSync(file, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

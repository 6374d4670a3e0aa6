import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ToolFailure } from './tool-failure.ts';

/**
 * The path of a program. Looked up before the start, because a wrapper such as `prlimit` reports a missing program only by an exit code.
 *
 * @param command a path, or a name that is searched on the PATH
 * @throws ToolFailure `internal` when there is no such program
 */
export function findExecutable(command: string): string {
  const found = locate(command);
  if (found === undefined) throw new ToolFailure('internal', `The program ${command} is not installed.`, { end: 'not-started' });
  return found;
}

export const hasExecutable = (command: string): boolean => locate(command) !== undefined;

function locate(command: string): string | undefined {
  if (command.includes('/')) return isExecutable(command) ? command : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

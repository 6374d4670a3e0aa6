import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ToolFailure } from './tool-failure.ts';

/**
 * The file that a command means. Looked up here because a wrapper would report a missing tool only by its own exit code.
 *
 * @param command a path, or a name that is searched on the PATH
 * @throws ToolFailure `internal` when there is no such program
 */
export function findExecutable(command: string, searchPath = process.env.PATH ?? ''): string {
  const candidates = command.includes('/') ? [command] : searchPath.split(delimiter).map((folder) => join(folder, command));
  const found = candidates.find(isExecutable);
  if (found === undefined) throw new ToolFailure('internal', `The program ${command} is not installed.`, { end: 'not-started' });
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

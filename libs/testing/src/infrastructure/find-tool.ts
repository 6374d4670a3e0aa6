import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps servers in sbin, which is not on everybody's PATH; Homebrew's folders are missing from the PATH of some editors. */
const usualFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/opt/homebrew/bin'];

/** @returns the absolute path of a program, looked for on the PATH and then where packages usually put it */
export function findTool(name: string, path = process.env.PATH ?? '', extra: readonly string[] = usualFolders): string | undefined {
  const folders = [...path.split(delimiter).filter(Boolean), ...extra];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/** @throws Error with a sentence for people when it is nowhere */
export function requireTool(name: string): string {
  const found = findTool(name);
  if (!found) throw new Error(`${name} is not installed. \`npm start\` and \`npm test\` install it, or say how.`);
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // not there, or not ours to run: look in the next folder
  }
}

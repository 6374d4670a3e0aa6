import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Folders outside some PATHs: Debian installs servers into sbin, and editors may omit the folders of Homebrew. */
const usualFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/opt/homebrew/bin'];

/** Finds a program on the PATH or in the usual folders. @returns its absolute path */
export function findTool(name: string, path = process.env.PATH ?? '', extra: readonly string[] = usualFolders): string | undefined {
  const folders = [...path.split(delimiter).filter(Boolean), ...extra];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/** @throws Error when the program is not installed */
export function requireTool(name: string): string {
  const found = findTool(name);
  if (!found) throw new Error(`${name} is not installed. \`npm start\` and \`npm test\` install it, or print how to.`);
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // missing or not executable
  }
}

/** Finds the file that an argument of a command names. */
import { existsSync } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '#contracts';

/**
 * @param file as typed
 * @param calledFrom the folder where npm was called; npm runs its scripts in the root of the project
 * @returns an absolute path of a readable file
 * @throws Failure `not-found`, `request-invalid`
 */
export async function locateFile(file: string, calledFrom: string | undefined): Promise<string> {
  const here = resolve(file);
  const path = calledFrom === undefined || existsSync(here) ? here : resolve(calledFrom, file);
  const unreadable = (cause: unknown) => new Failure('not-found', 'There is no such file, or it may not be read.', { cause });
  const found = await stat(path).catch((error: unknown) => Promise.reject(unreadable(error)));
  if (!found.isFile())
    throw new Failure(
      'request-invalid',
      `This is ${found.isDirectory() ? 'a folder' : 'a device or pipe'}, not a file. Name the files to analyse.`,
    );
  await access(path, constants.R_OK).catch((error: unknown) => Promise.reject(unreadable(error)));
  return path;
}

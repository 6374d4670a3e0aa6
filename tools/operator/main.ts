/** `npm run operator -- …`: runs the built command line of the gateway on DATABASE_URL, else on the database of the running `npm start`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dataFolder, root } from '../setup/paths.ts';

const program = join(root, 'dist/apps/gateway/src/cli/operator.js');

/** @param runFile what a running `npm start` says about itself; absent when none runs */
export function runningDatabase(runFile: string): string | undefined {
  if (!existsSync(runFile)) return undefined;
  const { infrastructure } = JSON.parse(readFileSync(runFile, 'utf8')) as { infrastructure?: { postgres?: { url?: string } } };
  return infrastructure?.postgres?.url;
}

if (import.meta.main) {
  const { DATABASE_URL, DATABASE_URL_FILE } = process.env;
  const running = DATABASE_URL || DATABASE_URL_FILE ? undefined : runningDatabase(join(dataFolder, 'run.json'));
  if (running) process.env.DATABASE_URL = running;
  await import(pathToFileURL(program).href);
}

/** Scorers that an operator has put into a folder: one folder each, with `scorer.json` and a script. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const manifest = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, { error: 'must have small letters, digits and hyphens, at most 40' }),
  version: z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/, { error: 'must read 1.2.3' }),
  description: z.string().max(200).default(''),
  /** In the same folder. */
  script: z
    .string()
    .regex(/^[\w-][\w.-]{0,99}\.js$/, { error: 'must be the name of a file that ends in .js' })
    .default('scorer.js'),
  limits: z
    .strictObject({
      /** CPU time of a run, with the start of its process. */
      cpuSeconds: z.number().int().min(1).max(60).default(10),
      /** Of its JavaScript objects. */
      memoryMb: z.number().int().min(16).max(1_024).default(128),
    })
    .prefault({}),
});

export interface Scorer extends z.output<typeof manifest> {
  readonly code: string;
}

export interface LoadedScorers {
  /** By name. */
  readonly scorers: Map<string, Scorer>;
  /** One sentence for each folder that holds no scorer. */
  readonly faults: string[];
}

const mostScorers = 32;
const largestScriptBytes = 1 << 20;
const largestManifestBytes = 16_384;

/** Reads the folders once. @throws the error of the file system when `folder` cannot be read */
export async function loadScorers(folder: string): Promise<LoadedScorers> {
  const scorers = new Map<string, Scorer>();
  const faults: string[] = [];
  const folders = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  for (const name of folders.sort().slice(0, mostScorers)) {
    try {
      const scorer = await loadScorer(join(folder, name));
      if (scorers.has(scorer.name)) throw new RangeError(`there are two scorers named ${scorer.name}`);
      scorers.set(scorer.name, scorer);
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`);
    }
  }
  if (folders.length > mostScorers) faults.push(`there are more than ${mostScorers} scorers`);
  return { scorers, faults };
}

async function loadScorer(folder: string): Promise<Scorer> {
  const text = await readSmall(join(folder, 'scorer.json'), largestManifestBytes);
  const read = manifest.safeParse(JSON.parse(text));
  if (!read.success) throw new RangeError(z.prettifyError(read.error).replaceAll(/\s+/g, ' '));
  return { ...read.data, code: await readSmall(join(folder, read.data.script), largestScriptBytes) };
}

async function readSmall(path: string, mostBytes: number): Promise<string> {
  const { size } = await stat(path);
  if (size > mostBytes) throw new RangeError(`a file has more than ${mostBytes} bytes`);
  return readFile(path, 'utf8');
}

/** Remembers which encoders work, by version of ffmpeg and device, so that they are not tried at every start. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { Proof } from './prove-encoder.ts';

const proof = z.union([
  z.strictObject({ works: z.literal(true), framesPerSecond: z.number().positive() }),
  z.strictObject({ works: z.literal(false), reason: z.string().max(400) }),
]);
const fileShape = z.strictObject({
  /** First line of `ffmpeg -version`. */
  ffmpegVersion: z.string(),
  /** By name and device. */
  proofs: z.record(z.string(), proof.and(z.object({ provenAtMs: z.number() }))),
});

export interface RememberedProof {
  readonly proof: Proof;
  readonly provenAtMs: number;
}

export type Proofs = ReadonlyMap<string, RememberedProof>;

/** What did not work may have been repaired meanwhile. */
const keepFailuresMs = 24 * 3_600_000;

/** @returns none where there is no file, it is damaged, or it is of another ffmpeg */
export async function readProofs(path: string, ffmpegVersion: string, nowMs: number): Promise<Proofs> {
  const parsed = fileShape.safeParse(await readJson(path));
  if (!parsed.success || parsed.data.ffmpegVersion !== ffmpegVersion) return new Map();
  const entries = Object.entries(parsed.data.proofs).map(
    ([key, { provenAtMs, ...found }]) => [key, { proof: found as Proof, provenAtMs }] as const,
  );
  return new Map(entries.filter(([, { proof: found, provenAtMs }]) => found.works || nowMs - provenAtMs < keepFailuresMs));
}

/** Replaces the file as a whole: readers see the old one or the new one. */
export async function writeProofs(path: string, ffmpegVersion: string, proofs: Proofs): Promise<void> {
  const file: z.input<typeof fileShape> = {
    ffmpegVersion,
    proofs: Object.fromEntries([...proofs].map(([key, { proof: found, provenAtMs }]) => [key, { ...found, provenAtMs }])),
  };
  const partial = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(partial, `${JSON.stringify(file, null, 2)}\n`);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined; // tried anew, and written again
  }
}

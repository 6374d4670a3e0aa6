/** Tags of a file: ffprobe's, and those of a second parser where ffprobe drops, cuts or garbles text. */
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { expectSuccess, runTool } from '#compute/tools';
import type { Container } from '../detect-container.ts';
import type { RandomAccess } from '../random-access.ts';
import { cleanTags, type Tags } from './clean-tags.ts';
import { isMisreadByFfprobe } from './id3v2.ts';
import { repairText } from './text-encoding.ts';

type RawTags = Readonly<Record<string, string>>;

export interface ReadTagsOptions {
  readonly container: Container;
  /** Tags as ffprobe prints them: those of the stream, then those of the file. */
  readonly probed: readonly RawTags[];
  /** Result of `mayMisreadTags` for the beginning of the file. */
  readonly isMisread: boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Containers whose text may be in another encoding than the one declared, or in an undeclared one. */
const withUndeclaredEncoding: ReadonlySet<Container> = new Set<Container>(['mp3', 'aac', 'wav', 'w64', 'aiff']);

const headBytes = 64 << 10;

/** Whether ffprobe cannot read the ID3v2 tag at the beginning of the file. Reads at most 64 KiB. */
export const mayMisreadTags = async (file: RandomAccess): Promise<boolean> => isMisreadByFfprobe(await file.read(0, headBytes));

/**
 * The second parser costs 0.2 s of CPU time, so it runs only where ffprobe is known to fail. When it fails, the tags of ffprobe stay.
 *
 * @param path absolute
 * @throws Failure `cancelled` when the signal aborts
 */
export async function readTags(path: string, { container, probed, isMisread, timeoutMs, signal }: ReadTagsOptions): Promise<Tags> {
  if (!withUndeclaredEncoding.has(container)) return cleanTags(...probed);
  const repaired = probed.map(repairAll);
  if (!isMisread && !hasUndecodedText(probed)) return cleanTags(...repaired);
  return cleanTags(await parseTags(path, timeoutMs, signal), ...repaired);
}

const maxProbedLength = 1_024;
const repairAll = (tags: RawTags): RawTags =>
  Object.fromEntries(Object.entries(tags).map(([name, text]) => [name, repairText(text.slice(0, maxProbedLength))]));

/** ffprobe replaces bytes that are not UTF-8 by U+FFFD. */
const hasUndecodedText = (probed: readonly RawTags[]) => probed.some((tags) => Object.values(tags).some((text) => text.includes('\ufffd')));

const parsedTags = z.record(z.string(), z.string());
const cpuSeconds = 5;
/** Address space; Node reserves 1 GB without using it. */
const memoryBytes = 2 * 1024 ** 3;
const stdoutLimitBytes = 1 << 20;

const isSource = import.meta.url.endsWith('.ts');
const program = fileURLToPath(new URL(`./read-tags.process.${isSource ? 'ts' : 'js'}`, import.meta.url));
const nodeFlags = [
  ...['--max-old-space-size=128', '--permission', '--allow-fs-read=*', '--no-warnings'],
  ...(isSource ? ['--conditions=source'] : []),
];

async function parseTags(path: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<RawTags> {
  try {
    const result = await runTool({
      command: process.execPath,
      args: [...nodeFlags, program, path],
      wallClockMs: timeoutMs,
      cpuSeconds,
      memoryBytes,
      stdoutLimitBytes,
      ...(signal && { signal }),
    });
    return parsedTags.parse(JSON.parse(expectSuccess(result).stdout.toString()));
  } catch (error) {
    if (signal?.aborted) throw error;
    return {};
  }
}

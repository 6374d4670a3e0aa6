/** Near-duplicates of a file of `{id, text}` lines, without a server. In memory: ids, offsets and signatures; texts stay in the file. */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { findCandidates } from '../candidate-pairs.ts';
import { groupPairs } from '../duplicate-groups.ts';
import { readLines } from '../read-lines.ts';
import { shinglesOf } from '../shingles.ts';
import { signatureOf, signatureWords } from '../signature.ts';
import { compareTexts, verifyPairs } from '../verify-pairs.ts';

export interface NamedGroup {
  /** Sorted by code units. */
  readonly ids: readonly string[];
  /** Smallest similarity of a pair inside that is at least 0.6; three decimals. */
  readonly similarity: number;
}

const similarityMin = 0.6;
/** Longest line, in bytes. */
const maxLineBytes = 64 * 1_048_576;

interface Document {
  readonly id: string;
  readonly text: string;
}

/** Lines of the file, one more at most: the table of signatures is allocated once, because a copy of it would double the memory. */
async function countLines(path: string): Promise<number> {
  let count = 1;
  for await (const block of createReadStream(path, { highWaterMark: 1_048_576 }) as AsyncIterable<Buffer>)
    for (let at = block.indexOf(10); at >= 0; at = block.indexOf(10, at + 1)) count++;
  return count;
}

/**
 * @param onBadLine called for each line that is not taken: it is not an object with `id` and `text`, or has the id of a line before it
 * @returns the largest group first
 */
export async function findDuplicates(path: string, onBadLine: (line: number, detail: string) => void): Promise<NamedGroup[]> {
  const ids: string[] = [];
  const known = new Set<string>();
  const offsets: number[] = [];
  const table = new Uint32Array((await countLines(path)) * signatureWords);
  const lines = readLines(createReadStream(path, { highWaterMark: 1_048_576 }), { maxLineBytes });
  for await (const { bytes, offset, line, isTooLong } of lines) {
    if (bytes.length === 0 && !isTooLong) continue;
    const document = isTooLong ? undefined : parseLine(bytes);
    if (!document || known.has(document.id)) {
      onBadLine(line, document ? `the id ${JSON.stringify(document.id)} is there already` : 'not an object with the fields id and text');
      continue;
    }
    known.add(document.id);
    table.set(signatureOf(shinglesOf(document.text)) ?? [], ids.length * signatureWords);
    ids.push(document.id);
    offsets.push(offset, bytes.length);
  }
  known.clear();
  const file = await open(path);
  try {
    const { pairs, originals } = findCandidates(table.subarray(0, ids.length * signatureWords), similarityMin);
    const similarities = await verifyPairs(pairs, async (documents, block) =>
      compareTexts(await readTexts(file, documents, offsets), block),
    );
    return groupPairs({ pairs, similarities, originals }, similarityMin).map(({ members, similarity }) => ({
      ids: members.map((member) => ids[member]!).sort(),
      similarity: Math.round(similarity * 1_000) / 1_000,
    }));
  } finally {
    await file.close();
  }
}

function parseLine(bytes: Uint8Array): Document | undefined {
  const document = parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  const { id, text } = (typeof document === 'object' && document !== null ? document : {}) as Readonly<Record<string, unknown>>;
  return typeof text === 'string' && (typeof id === 'string' || typeof id === 'number') ? { id: String(id), text } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function readTexts(file: FileHandle, documents: readonly number[], offsets: readonly number[]): Promise<string[]> {
  const texts: string[] = [];
  for (const document of documents) {
    const [offset, length] = [offsets[2 * document]!, offsets[2 * document + 1]!];
    const { buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
    texts.push(parseLine(buffer)?.text ?? '');
  }
  return texts;
}

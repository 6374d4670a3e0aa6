import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BlobStore, openFsBlobStore } from '#storage';
import { Lifecycle } from '../probes/lifecycle.ts';
import { Profiler } from './profiler.service.ts';

interface Node {
  readonly callFrame: { readonly functionName: string };
  readonly selfSize: number;
  readonly children: readonly Node[];
}

let folder: string;
let blobs: BlobStore;
let profiler: Profiler;
const kept: object[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-profiles-'));
  blobs = await openFsBlobStore(folder);
  profiler = new Profiler(blobs, { service: 'audio', instance: '1', version: '0' }, new Lifecycle());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Keeps everything that it makes. */
function leakOnPurpose(): void {
  for (let count = 0; count < 4_000; count++) kept.push({ count, text: `entry ${count}` });
}

/** Is met by the samples of a busy machine too. Not called before the profile: V8 does not see functions that it inlined earlier. */
function spinOnPurpose(): void {
  const endsAtMs = performance.now() + 8;
  while (performance.now() < endsAtMs);
}

async function take(type: 'cpu' | 'allocations', work: () => void) {
  const working = setInterval(work, 20);
  const file = await profiler.take({ type, seconds: 1 }).finally(() => clearInterval(working));
  const { stream } = await blobs.openRead(file.sha256);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return { file, json: JSON.parse(Buffer.concat(chunks).toString()) };
}

const flat = (node: Node): Node[] => [node, ...node.children.flatMap(flat)];

describe('a profile of this process', () => {
  it('of allocations finds a leak that was made on purpose', async () => {
    const { file, json } = await take('allocations', leakOnPurpose);
    const largest = flat(json.head as Node).toSorted((a, b) => b.selfSize - a.selfSize)[0]!;
    expect(largest.callFrame.functionName).toBe('leakOnPurpose');
    expect(file.fileName).toMatch(/^audio-.*\.heapprofile$/);
  });
  it('of CPU time has the nodes, samples and times that Chrome reads, and is taken one at a time', async () => {
    const taken = take('cpu', spinOnPurpose);
    await expect(profiler.take({ type: 'heap', seconds: 1 })).rejects.toMatchObject({ code: 'overloaded', retryAfterSeconds: 1 });
    const { file, json } = await taken;
    expect(json.samples.length).toBe(json.timeDeltas.length);
    expect(json.nodes.map(({ callFrame }: Node) => callFrame.functionName)).toContain('spinOnPurpose');
    expect(file.fileName).toMatch(/\.cpuprofile$/);
  });
});

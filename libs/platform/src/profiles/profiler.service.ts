import { Session } from 'node:inspector/promises';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { getHeapSnapshot } from 'node:v8';
import { Inject, Injectable } from '@nestjs/common';
import type * as z from 'zod';
import { Failure, type OutputOf, type profileRequest, type profileService } from '#contracts';
import type { BlobStore } from '#storage';
import { BLOBS } from '../platform.options.ts';
import { PROCESS_IDENTITY, type ProcessIdentity } from '../probes/describe.handler.ts';
import { Lifecycle } from '../probes/lifecycle.ts';

type Request = z.output<typeof profileRequest>;

/** A snapshot of a heap is several times as large as the heap. */
const maxBytes = 16 * 1024 ** 3;
/** Mean distance of two samples of allocated bytes. */
const samplingIntervalBytes = 16 * 1024;
const extensions = { cpu: 'cpuprofile', heap: 'heapsnapshot', allocations: 'heapprofile' } as const;

@Injectable() // measures this process with V8's own profiler, one profile at a time, and keeps the file in the blob store
export class Profiler {
  private isBusy = false;

  constructor(
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(PROCESS_IDENTITY) private readonly identity: ProcessIdentity,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** @throws Failure overloaded while another profile is taken; cancelled when the process stops */
  async take({ type, seconds }: Request): Promise<OutputOf<typeof profileService>> {
    if (this.isBusy) throw new Failure('overloaded', 'A profile of this service is being taken.', { retryAfterSeconds: seconds });
    this.isBusy = true;
    try {
      const source = type === 'heap' ? getHeapSnapshot() : Readable.from([Buffer.from(JSON.stringify(await this.#measure(type, seconds)))]);
      const { sha256, sizeBytes } = await this.blobs.write(source, { maxBytes, signal: this.lifecycle.stopping });
      const at = new Date().toISOString().replaceAll(/[:.]/g, '-');
      return { sha256, sizeBytes, fileName: `${this.identity.service}-${at}.${extensions[type]}` };
    } finally {
      this.isBusy = false;
    }
  }

  async #measure(type: 'cpu' | 'allocations', seconds: number): Promise<unknown> {
    const session = new Session();
    session.connect();
    try {
      const stop = type === 'cpu' ? await startCpu(session) : await startAllocations(session);
      await delay(seconds * 1_000, undefined, { signal: this.lifecycle.stopping });
      return await stop();
    } finally {
      session.disconnect();
    }
  }
}

async function startCpu(session: Session): Promise<() => Promise<unknown>> {
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  return async () => (await session.post('Profiler.stop')).profile;
}

async function startAllocations(session: Session): Promise<() => Promise<unknown>> {
  await session.post('HeapProfiler.enable');
  await session.post('HeapProfiler.startSampling', { samplingInterval: samplingIntervalBytes });
  return async () => (await session.post('HeapProfiler.stopSampling')).profile;
}

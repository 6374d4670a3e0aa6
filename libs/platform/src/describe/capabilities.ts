/** What this process found on its machine, and what it chose because of it: cores, memory, graphics processors, programs. */
import { existsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { ServiceDescription } from '#contracts';
import type { PlatformConfig } from '../config/platform-config.ts';
import { memoryLimitBytes } from './memory-limit.ts';

export type Capability = ServiceDescription['capabilities'][number];

/** A part of a service that finds something out about the machine, once after the start: `capability(Encoders)`. */
export interface CapabilityProbe {
  /** Should not throw: what cannot be found out is a capability that is not present. */
  find(): Promise<readonly Capability[]>;
}

export class Capabilities {
  readonly #own: readonly Capability[];
  readonly #probes: CapabilityProbe[] = [];
  #found: readonly Capability[] = [];

  constructor(own: readonly Capability[]) {
    this.#own = own;
  }

  add(probe: CapabilityProbe): void {
    this.#probes.push(probe);
  }

  /** Those of the machine at once, those of programs when they have been asked. */
  get all(): readonly Capability[] {
    return [...this.#own, ...this.#found];
  }

  /** Asks all probes. Never throws. */
  async find(): Promise<void> {
    const found = await Promise.allSettled(this.#probes.map((probe) => probe.find()));
    this.#found = found.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  }
}

/** Device files of graphics processors: NVIDIA's driver, and the rendering node of the kernel. */
const graphicsDevices = ['/dev/nvidia0', '/dev/dri/renderD128'];
const mib = 1024 * 1024;

export function machineCapabilities(
  config: Pick<PlatformConfig, 'WORKER_THREADS' | 'WORKER_PROCESSES' | 'WORKER_NICENESS'>,
  hasFile: (path: string) => boolean = existsSync,
): Capability[] {
  const limitBytes = memoryLimitBytes();
  const device = graphicsDevices.find(hasFile);
  return [
    {
      name: 'cores',
      isPresent: true,
      detail: String(availableParallelism()),
      choice: `WORKER_THREADS=${config.WORKER_THREADS}, WORKER_PROCESSES=${config.WORKER_PROCESSES}`,
    },
    {
      name: 'memory limit',
      isPresent: limitBytes !== null,
      detail: `${Math.round((limitBytes ?? totalmem()) / mib)} MiB${limitBytes === null ? ' in the machine; no limit of the process' : ''}`,
      choice: null,
    },
    {
      name: 'GPU',
      isPresent: device !== undefined,
      detail: device ?? 'none',
      choice: device ? 'its encoders are tried by the video service' : null,
    },
  ];
}

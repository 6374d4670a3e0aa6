/** Answers, for this copy of this service, how it is. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Controller, Inject } from '@nestjs/common';
import { describeService, type ServiceName, type ServiceStatus } from '#contracts';
import { Handles } from '../bus/handles.decorator.ts';
import { Dependencies } from './dependencies.ts';
import { Lifecycle } from './lifecycle.ts';

export const PROCESS_IDENTITY = Symbol('process identity');
export interface ProcessIdentity {
  readonly service: ServiceName;
  readonly instance: string;
  readonly version: string;
}

const loopDelay = monitorEventLoopDelay({ resolution: 10 });
loopDelay.enable();

@Controller()
export class DescribeHandler {
  constructor(
    @Inject(PROCESS_IDENTITY) private readonly identity: ProcessIdentity,
    private readonly dependencies: Dependencies,
    private readonly lifecycle: Lifecycle,
  ) {}

  @Handles(describeService, { everyCopy: true })
  async describe(): Promise<ServiceStatus> {
    const dependencies = await this.dependencies.check();
    const ready = !this.lifecycle.stopping.aborted && dependencies.every((dependency) => dependency.up || !dependency.required);
    const eventLoopDelayP99Ms = Math.max(0, loopDelay.percentile(99) / 1e6 - 10);
    loopDelay.reset();
    return {
      ...this.identity,
      uptimeSeconds: Math.round(process.uptime()),
      ready,
      dependencies,
      eventLoopDelayP99Ms: Number.isFinite(eventLoopDelayP99Ms) ? Number(eventLoopDelayP99Ms.toFixed(1)) : 0,
      rssBytes: process.memoryUsage.rss(),
    };
  }
}

import { Injectable } from '@nestjs/common';
import { Failure, getSystemHealth, type ServiceName, type SystemHealth, serviceNames } from '#contracts';
import { Bus, Dependencies } from '#platform';
import { ownView } from './own-view.ts';

/** Within the time in which a caller still thinks that somebody answers; the health service answers from memory. */
const askMs = 1_000;

@Injectable() // asks the health service for its picture; while it does not answer, says how the gateway sees the system
export class SystemHealthView {
  private last: SystemHealth | undefined;
  private unknownSinceMs: number | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly dependencies: Dependencies,
  ) {}

  async health(): Promise<SystemHealth> {
    try {
      this.last = await this.bus.call(getSystemHealth, {}, { deadlineMs: askMs });
      this.unknownSinceMs = undefined;
      return this.last;
    } catch (error) {
      return this.own(Failure.from(error));
    }
  }

  async summary() {
    const { grade, score, components, checkedAt } = await this.health();
    const services = components
      .filter(({ name }) => serviceNames.includes(name as ServiceName))
      .map((component) => ({ service: component.name as ServiceName, grade: component.grade }));
    return { grade, score, services, checkedAt };
  }

  private async own(failure: Failure): Promise<SystemHealth> {
    const nowMs = Date.now();
    this.unknownSinceMs ??= nowMs;
    const dependencies = await this.dependencies.check();
    return ownView({ dependencies, failure, last: this.last, sinceMs: this.unknownSinceMs, nowMs });
  }
}

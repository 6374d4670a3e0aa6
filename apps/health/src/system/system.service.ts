import { Inject, Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { describeService, type SystemStatus } from '#contracts';
import { Bus } from '#platform';
import { gradeSystem } from './grade.ts';

export const GATHER_MS = Symbol('how long to wait for the copies of all services');

const score = new Gauge({ name: 'system_health_score', help: 'How well the system is, 0 to 100.' });

@Injectable() // asks everybody how they are and sums it up
export class SystemService {
  constructor(
    private readonly bus: Bus,
    @Inject(GATHER_MS) private readonly gatherMs: number,
  ) {}

  async status(): Promise<SystemStatus> {
    const copies = await this.bus.gather(describeService, {}, { waitMs: this.gatherMs });
    const graded = gradeSystem(copies);
    score.set(graded.score);
    return { ...graded, checkedAt: new Date().toISOString() };
  }
}

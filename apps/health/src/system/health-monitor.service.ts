import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import {
  describeIntegrity,
  describeService,
  describeSystem,
  Failure,
  gradeStream,
  healthChanged,
  type ServiceDescription,
  type SystemHealth,
  type SystemStatus,
  serviceNames,
} from '#contracts';
import { AgreedValues, Bus, Lifecycle, Log, NatsLink } from '#platform';
import type { HealthConfig } from '../config.ts';
import { exportHealth } from './health.metrics.ts';
import { type HealthChange, HealthPicture } from './health-picture.ts';
import { integrityOf } from './integrity.ts';
import type { Observation } from './observation.ts';
import type { Seen } from './overview.ts';
import { systemConfigOf } from './system-config.ts';

export const HEALTH_CONFIG = Symbol('configuration of the health service');
/** A NATS that is not there by then counts as down. */
const natsConnectTimeoutMs = 10_000;
/** Each copy looks files up and reads some; one that takes longer is left out. */
const integrityWaitMs = 4_000;

@Injectable() // looks at the system at an interval and keeps the picture that everybody is shown
export class HealthMonitor implements OnApplicationBootstrap {
  private readonly picture = new HealthPicture();
  private readonly announced: AgreedValues;
  private readonly first = Promise.withResolvers<void>();
  private observation: Observation = { copies: [], descriptions: [] };

  constructor(
    private readonly bus: Bus,
    private readonly link: NatsLink,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
    @Inject(HEALTH_CONFIG) private readonly config: Pick<HealthConfig, 'HEALTH_CHECK_INTERVAL_MS' | 'HEALTH_GATHER_MS'>,
  ) {
    this.announced = new AgreedValues(link, { ...gradeStream, initial: 'healthy' }); // what was never announced to be down does not come up;
  }

  /** Begins when NATS is there: a start is no change of health. A NATS that stays away is reported after a while. */
  onApplicationBootstrap(): void {
    const signal = this.lifecycle.stopping;
    const late = delay(natsConnectTimeoutMs, undefined, { signal, ref: false });
    void Promise.race([this.link.whenConnected(), late]).then(
      () => this.run(),
      () => undefined,
    ); // stopped before it began
  }

  private run(): void {
    const step = async () => {
      const startedAt = performance.now();
      await this.check();
      return Math.max(0, this.config.HEALTH_CHECK_INTERVAL_MS - (performance.now() - startedAt));
    };
    void runBackgroundLoop({ purpose: 'check the system', log: this.log, signal: this.lifecycle.stopping, wake: new WakeSignal(), step });
  }

  /** The picture of the last check; waits for the first one after the start. */
  async health(): Promise<SystemHealth> {
    await this.first.promise;
    return this.picture.current!;
  }

  /** The same, by service and copy. */
  async status(): Promise<SystemStatus> {
    const { grade, score, components, checkedAt } = await this.health();
    const services = serviceNames.map((service) => ({
      service,
      grade: components.find(({ name }) => name === service)?.grade ?? 'critical',
      copies: this.observation.copies.filter((copy) => copy.service === service),
    }));
    return { grade, score, services, checkedAt };
  }

  /** What the last check saw. */
  async seen(): Promise<Seen> {
    const health = await this.health();
    return { observation: this.observation, health };
  }

  /** Asks every copy to look at what it stores; waits until all that are known have answered. */
  async integrity() {
    const { observation } = await this.seen();
    const limit = Math.max(1, observation.descriptions.length);
    return integrityOf(await this.bus.gather(describeIntegrity, {}, { waitMs: integrityWaitMs, limit }), observation, Date.now());
  }

  /** Asks everybody: a configuration is read rarely, and must not be an old one. */
  async configuration() {
    return systemConfigOf(await this.describeAll());
  }

  /** One look at everything. */
  async check(): Promise<void> {
    const observation = await this.look();
    const changes = this.picture.update(observation, Date.now());
    this.observation = observation;
    exportHealth(this.picture.current!);
    this.first.resolve();
    await Promise.all(changes.map((change) => this.announce(change)));
  }

  private async look(): Promise<Observation> {
    try {
      const waitMs = this.config.HEALTH_GATHER_MS;
      const [copies, descriptions] = await Promise.all([this.bus.gather(describeService, {}, { waitMs }), this.describeAll()]);
      return { copies, descriptions };
    } catch (error) {
      return { copies: [], descriptions: [], busProblem: Failure.from(error).message };
    }
  }

  private describeAll(): Promise<ServiceDescription[]> {
    return this.bus.gather(describeSystem, {}, { waitMs: this.config.HEALTH_GATHER_MS });
  }

  /** Of several copies of this service one announces a change; while they cannot agree, each does. */
  private async announce(change: HealthChange): Promise<void> {
    const { component, from, to } = change;
    const isFirst = await this.announced.change(component, to).catch((error: unknown) => {
      this.log.debug({ err: error, component }, 'failed to agree with the other copies on who announces a change');
      return true;
    });
    if (!isFirst) return;
    this.log[to === 'critical' ? 'error' : 'warn']({ component, from, to }, 'the health of a component changed');
    try {
      this.bus.publish(healthChanged, change);
    } catch (error) {
      this.log.debug({ err: error, component }, 'failed to announce a change of health');
    }
  }
}

/** Erasure of accounts in every service with a database. */
import type { OnApplicationBootstrap, Provider } from '@nestjs/common';
import { erasingServices, userDeleted } from '#contracts';
import { Bus } from '../bus/bus.ts';
import { Database } from '../database/database.ts';
import { FeatureRegistry } from '../features.ts';
import { Log } from '../logs/log.ts';
import type { PlatformOptions } from '../platform.options.ts';
import { Lifecycle } from '../probes/lifecycle.ts';
import { Erasers } from './erasers.ts';
import { erasingJobsHaveEnded } from './open-jobs.ts';
import { UserErasure } from './user-erasure.ts';

/** Jobs, announcements and usage, which all services write: the gateway erases them after the others. */
const sharedSchemas = ['jobs', 'usage'];

export function erasureProviders({ name, postgres }: PlatformOptions): Provider[] {
  if (!postgres || !(erasingServices as readonly string[]).includes(name)) return [];
  const isLast = name === 'gateway';
  const open = (database: Database, features: FeatureRegistry, erasers: Erasers, log: Log) =>
    new UserErasure({
      service: name,
      database,
      schemas: () => [...features.schemas, ...(isLast ? sharedSchemas : [])],
      erasers,
      ...(isLast ? { isReady: (ownerId: string) => erasingJobsHaveEnded(database.source, ownerId) } : {}),
      log,
    });
  return [
    { provide: Erasers, useValue: new Erasers() },
    { provide: UserErasure, useFactory: open, inject: [Database, FeatureRegistry, Erasers, Log] },
    {
      provide: StartErasure,
      useFactory: (...parts: ConstructorParameters<typeof StartErasure>) => new StartErasure(...parts),
      inject: [UserErasure, Database, Bus, Lifecycle, Log],
    },
  ];
}

/** Begins once every module has named its erasers and the tables are there. */
class StartErasure implements OnApplicationBootstrap {
  readonly #parts: readonly [UserErasure, Database, Bus, Lifecycle, Log];

  constructor(...parts: [UserErasure, Database, Bus, Lifecycle, Log]) {
    this.#parts = parts;
  }

  onApplicationBootstrap(): void {
    const [erasure, database, bus, lifecycle, log] = this.#parts;
    bus
      .subscribe(userDeleted, () => erasure.wake())
      .catch((error: unknown) => log.debug({ err: error }, 'closed before NATS was connected'));
    const running = database.whenOpen().then(() => (lifecycle.stopping.aborted ? undefined : erasure.run(lifecycle.stopping)));
    lifecycle.onDrain('erasure', () => (database.sourceOrNone ? running : undefined));
  }
}

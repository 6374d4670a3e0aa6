/**
 * Room: platform. What does every service stand on?
 * Door: /health/*, /metrics, platform.service.describe.v1. Gives, to the whole app: Log, Bus, Lifecycle, Dependencies and, where asked for,
 * Database, BlobStore (BLOBS), Redis (REDIS), Compute, JobEngine with JobStore and JobFeed. Everything is started in the background, probed, and closed in reverse order.
 */
import { type DynamicModule, Global, Module, type OnApplicationBootstrap, type Provider } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { Compute } from '#compute';
import type { ServiceName } from '#contracts';
import { openBlobStore, openRedis, type PostgresOptions, type RedisConnection } from '#storage';
import { Bus } from './bus/bus.ts';
import { NatsLink } from './bus/nats-link.ts';
import type { PlatformConfig } from './config/platform-config.ts';
import { Database } from './database/database.ts';
import { JobStore } from './jobs/job.store.ts';
import { JobEngine } from './jobs/job-engine.ts';
import { JobFeed } from './jobs/job-feed.ts';
import { jobsMigrations } from './jobs/jobs.migrations.ts';
import { Log } from './logs/log.ts';
import { Dependencies } from './probes/dependencies.ts';
import { DescribeHandler, PROCESS_IDENTITY, type ProcessIdentity } from './probes/describe.handler.ts';
import { HealthController } from './probes/health.controller.ts';
import { Lifecycle } from './probes/lifecycle.ts';

/** Token of the BlobStore. */
export const BLOBS = Symbol('blob store');
/** Token of the RedisConnection for cached values. */
export const REDIS = Symbol('redis');

export interface PlatformOptions {
  readonly name: ServiceName;
  readonly config: PlatformConfig;
  readonly postgres?: Pick<PostgresOptions, 'schema' | 'entities' | 'migrations'>;
  readonly redis?: boolean;
  readonly blobs?: boolean;
  readonly compute?: boolean;
  /** Needs `postgres`. Handlers are named by `JobEngine.handle` while modules are set up; work begins when the application stands. */
  readonly jobs?: boolean;
}

export const version = '0.1.0';

@Global()
@Module({})
export class PlatformModule {
  static forApp(options: PlatformOptions): DynamicModule {
    const providers = [
      ...always(options),
      ...databaseOf(options),
      ...redisOf(options),
      ...blobsOf(options),
      ...computeOf(options),
      ...jobsOf(options),
    ];
    return {
      module: PlatformModule,
      imports: [
        TerminusModule.forRoot({ logger: false }),
        PrometheusModule.register({ path: '/metrics', defaultLabels: { service: options.name } }),
      ],
      controllers: [HealthController, DescribeHandler],
      providers,
      exports: providers.map((provider) => (provider as { provide: symbol }).provide),
    };
  }
}

function always({ name, config }: PlatformOptions): Provider[] {
  const identity: ProcessIdentity = { service: name, instance: String(process.pid), version };
  const openLink = (log: Log, dependencies: Dependencies, lifecycle: Lifecycle) => {
    const link = new NatsLink({ url: config.NATS_URL, name: `${name} ${process.pid}`, log });
    dependencies.add({ name: 'nats', required: true, check: () => void link.connection });
    lifecycle.onClose('nats', () => link.close());
    link.start();
    return link;
  };
  return [
    { provide: Log, useValue: Log.open({ service: name, instance: identity.instance, level: config.LOG_LEVEL }) },
    { provide: PROCESS_IDENTITY, useValue: identity },
    { provide: Lifecycle, useValue: new Lifecycle() },
    { provide: Dependencies, useValue: new Dependencies() },
    { provide: NatsLink, useFactory: openLink, inject: [Log, Dependencies, Lifecycle] },
    { provide: Bus, useFactory: (link: NatsLink, log: Log) => new Bus(link, log), inject: [NatsLink, Log] },
  ];
}

function databaseOf({ name, config, postgres, jobs }: PlatformOptions): Provider[] {
  if (!postgres) return [];
  const open = (log: Log, dependencies: Dependencies, lifecycle: Lifecycle) => {
    const migrations = jobs ? [...postgres.migrations, jobsMigrations] : postgres.migrations;
    const settings = { ...postgres, migrations, url: config.DATABASE_URL, applicationName: name, poolSize: config.DATABASE_POOL_SIZE };
    const database = new Database(settings, log);
    dependencies.add({ name: 'postgres', required: true, check: () => database.ping() });
    lifecycle.onClose('postgres', () => database.close());
    database.start();
    return database;
  };
  return [{ provide: Database, useFactory: open, inject: [Log, Dependencies, Lifecycle] }];
}

function redisOf({ name, config, redis }: PlatformOptions): Provider[] {
  if (!redis) return [];
  const open = (dependencies: Dependencies, lifecycle: Lifecycle): RedisConnection => {
    const connection = openRedis(config.REDIS_URL, { role: 'cache', name });
    const check = async () => void (await connection.client.ping());
    dependencies.add({ name: 'redis', required: false, check });
    lifecycle.onClose('redis', () => connection.close());
    return connection;
  };
  return [{ provide: REDIS, useFactory: open, inject: [Dependencies, Lifecycle] }];
}

function blobsOf({ config, blobs }: PlatformOptions): Provider[] {
  if (!blobs) return [];
  const open = async (dependencies: Dependencies) => {
    const store = await openBlobStore(config.BLOB_STORE_URL);
    const check = async () => void (await store.stat('0'.repeat(64)));
    dependencies.add({ name: 'blobs', required: true, check });
    return store;
  };
  return [{ provide: BLOBS, useFactory: open, inject: [Dependencies] }];
}

function computeOf({ config, compute }: PlatformOptions): Provider[] {
  if (!compute) return [];
  const open = (lifecycle: Lifecycle) => {
    const work = new Compute({ threads: config.WORKER_THREADS });
    lifecycle.onClose('compute', () => work.close({ drainMs: 0 }));
    return work;
  };
  return [{ provide: Compute, useFactory: open, inject: [Lifecycle] }];
}

/** Begins work once every module has named its handlers and the tables are there. */
class StartJobs implements OnApplicationBootstrap {
  readonly #engine: JobEngine;
  readonly #database: Database;
  readonly #lifecycle: Lifecycle;
  constructor(engine: JobEngine, database: Database, lifecycle: Lifecycle) {
    this.#engine = engine;
    this.#database = database;
    this.#lifecycle = lifecycle;
  }
  onApplicationBootstrap(): void {
    void this.#database.whenOpen().then(() => {
      if (!this.#lifecycle.stopping.aborted) this.#engine.start();
    });
  }
}

function jobsOf({ config, jobs }: PlatformOptions): Provider[] {
  if (!jobs) return [];
  const open = (database: Database, link: NatsLink, log: Log, lifecycle: Lifecycle) => {
    const engine = new JobEngine({ database, link, log, databaseUrl: config.DATABASE_URL });
    lifecycle.onDrain('jobs', () => engine.stop(config.SHUTDOWN_GRACE_MS));
    return engine;
  };
  return [
    { provide: JobEngine, useFactory: open, inject: [Database, NatsLink, Log, Lifecycle] },
    { provide: JobStore, useFactory: (engine: JobEngine) => engine.store, inject: [JobEngine] },
    { provide: JobFeed, useFactory: (engine: JobEngine) => engine.feed, inject: [JobEngine] },
    {
      provide: StartJobs,
      useFactory: (engine: JobEngine, database: Database, lifecycle: Lifecycle) => new StartJobs(engine, database, lifecycle),
      inject: [JobEngine, Database, Lifecycle],
    },
  ];
}

/** How each part of the platform is opened, probed and closed. Everything connects in the background: an app stands up before its servers do. */

import type { OnApplicationBootstrap, Provider } from '@nestjs/common';
import { Compute, ConcurrencyLimiter } from '#compute';
import { blobsMigrations, type DamageReport, openBlobStore, openRedis, type PostgresOptions, type RedisConnection } from '#storage';
import { Bus } from './bus/bus.ts';
import { inboxPrefixOf, natsAccess } from './bus/nats-access.ts';
import { NatsLink } from './bus/nats-link.ts';
import { cacheProvider } from './cache/cache.provider.ts';
import { concurrencyLimiterProvider } from './concurrency/concurrency-limiter.provider.ts';
import type { PlatformConfig } from './config/platform-config.ts';
import { Database } from './database/database.ts';
import { Capabilities, machineCapabilities } from './describe/capabilities.ts';
import { SETTINGS } from './describe/describe-system.handler.ts';
import { effectiveSettings } from './describe/effective-settings.ts';
import { HealthChecks } from './describe/health-checks.ts';
import { erasureMigrations } from './erasure/erasure.migrations.ts';
import { erasureProviders } from './erasure/erasure.providers.ts';
import { FeatureRegistry, JOB_CONCURRENCY } from './features.ts';
import { DeadLetters } from './jobs/dead-letters.ts';
import { JobStore } from './jobs/job.store.ts';
import { JobEngine } from './jobs/job-engine.ts';
import { JobFeed } from './jobs/job-feed.ts';
import { jobsMigrations } from './jobs/jobs.migrations.ts';
import { Log } from './logs/log.ts';
import { BLOBS, type PlatformOptions, REDIS, version } from './platform.options.ts';
import { Dependencies } from './probes/dependencies.ts';
import { PROCESS_IDENTITY, type ProcessIdentity } from './probes/describe.handler.ts';
import { Lifecycle } from './probes/lifecycle.ts';
import { Profiler } from './profiles/profiler.service.ts';
import { ScratchFolders } from './scratch/scratch-folders.service.ts';
import { RuntimeSettings } from './settings/runtime-settings.ts';
import { settingsMigrations } from './settings/settings.migrations.ts';
import { usageMigrations } from './usage/usage.migrations.ts';
import { UsageMeter } from './usage/usage-meter.ts';

export const platformProviders = (options: PlatformOptions): Provider[] =>
  [always, databaseOf, redisOf, cacheProvider, blobsOf, concurrencyLimiterProvider, computeOf, jobsOf, erasureProviders].flatMap((part) =>
    part(options),
  );

function always({ name, config, checks = { everySeconds: 60, timeoutSeconds: 30 } }: PlatformOptions): Provider[] {
  const identity: ProcessIdentity = { service: name, instance: String(process.pid), version };
  const openLink = (log: Log, dependencies: Dependencies, lifecycle: Lifecycle) => {
    const { servers: _url, ...access } = natsAccess(config);
    const link = new NatsLink({
      url: config.NATS_URL,
      name: `${name} ${process.pid}`,
      log,
      access,
      inboxPrefix: inboxPrefixOf(name),
      silenceMs: config.NATS_SILENCE_MS,
    });
    dependencies.add({ name: 'nats', required: true, check: () => link.ping() });
    lifecycle.onClose('nats', () => link.close());
    link.start();
    return link;
  };
  const busOptions = { replyCacheBytes: config.BUS_REPLY_MEMO_MB * 1_024 * 1_024, silenceMs: config.BUS_SILENCE_MS };
  return [
    { provide: Log, useValue: Log.open({ service: name, instance: identity.instance, level: config.LOG_LEVEL }) },
    { provide: PROCESS_IDENTITY, useValue: identity },
    { provide: Lifecycle, useValue: new Lifecycle() },
    { provide: Dependencies, useValue: new Dependencies() },
    { provide: SETTINGS, useValue: effectiveSettings(config) },
    { provide: RuntimeSettings, useFactory: (log: Log) => openSettings(config, log), inject: [Log] },
    { provide: Capabilities, useValue: new Capabilities(machineCapabilities(config)) },
    {
      provide: HealthChecks,
      useFactory: (log: Log, lifecycle: Lifecycle) => new HealthChecks(checks, log, lifecycle.stopping),
      inject: [Log, Lifecycle],
    },
    { provide: NatsLink, useFactory: openLink, inject: [Log, Dependencies, Lifecycle] },
    { provide: Bus, useFactory: (link: NatsLink, log: Log) => new Bus(link, log, busOptions), inject: [NatsLink, Log] },
  ];
}

function openSettings(config: PlatformConfig, log: Log): RuntimeSettings {
  const settings = new RuntimeSettings(config);
  settings.onChange('LOG_LEVEL', (level: string) => {
    log.level = level;
  });
  return settings;
}

function databaseOf({ name, config, postgres, blobs, jobs }: PlatformOptions): Provider[] {
  if (!postgres) return [];
  const open = (log: Log, dependencies: Dependencies, lifecycle: Lifecycle, features: FeatureRegistry) => {
    const own = [
      ...(blobs ? [blobsMigrations] : []),
      ...(jobs ? [jobsMigrations] : []),
      usageMigrations,
      erasureMigrations,
      settingsMigrations,
    ]; // first: tables of features refer to these
    const timeouts = {
      connectMs: config.DATABASE_CONNECT_TIMEOUT_MS,
      statementMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
      silenceMs: config.DATABASE_SILENCE_MS,
    };
    const settings = (): PostgresOptions => ({
      schema: postgres.schema,
      entities: features.entities,
      migrations: [...own, ...features.migrations],
      url: config.DATABASE_URL,
      applicationName: name,
      poolSize: config.DATABASE_POOL_SIZE,
      timeouts,
    });
    const database = new Database(settings, log);
    dependencies.add({ name: 'postgres', required: true, check: () => database.ping() });
    lifecycle.onClose('postgres', () => database.close());
    return database;
  };
  return [
    { provide: FeatureRegistry, useValue: new FeatureRegistry(postgres.schema) },
    { provide: Database, useFactory: open, inject: [Log, Dependencies, Lifecycle, FeatureRegistry] },
    { provide: UsageMeter, useFactory: openUsageMeter, inject: [Database, Log, Lifecycle] },
  ];
}

function openUsageMeter(database: Database, log: Log, lifecycle: Lifecycle): UsageMeter {
  const meter = new UsageMeter(() => database.source, log);
  const running = database.whenOpen().then(() => (database.sourceOrNone ? meter.run(lifecycle.stopping) : undefined));
  lifecycle.onDrain('usage', async () => {
    if (!database.sourceOrNone) return;
    await running;
    await meter.flush();
  });
  return meter;
}

function redisOf({ name, config, redis }: PlatformOptions): Provider[] {
  if (!redis) return [];
  const open = (dependencies: Dependencies, lifecycle: Lifecycle): RedisConnection => {
    const connection = openRedis(config.REDIS_URL, { role: 'cache', name, ca: config.REDIS_CA });
    const check = async () => void (await connection.client.ping());
    dependencies.add({ name: 'redis', required: false, check });
    lifecycle.onClose('redis', () => connection.close());
    return connection;
  };
  return [{ provide: REDIS, useFactory: open, inject: [Dependencies, Lifecycle] }];
}

/** Absent: the SDK looks for a role of the machine or of the pod. */
function s3Credentials(config: PlatformConfig) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = config;
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : undefined;
}

function blobsOf({ config, blobs }: PlatformOptions): Provider[] {
  if (!blobs) return [];
  const open = async (dependencies: Dependencies, log: Log) => {
    const onDamage = (report: DamageReport) => log.error({ ...report }, 'a stored file is damaged');
    const store = await openBlobStore(config.BLOB_STORE_URL, {
      credentials: s3Credentials(config),
      copyUrl: config.BLOB_STORE_COPY_URL,
      onDamage,
    });
    const check = async () => void (await store.stat('0'.repeat(64)));
    dependencies.add({ name: 'blobs', required: true, check });
    return store;
  };
  return [{ provide: BLOBS, useFactory: open, inject: [Dependencies, Log] }, Profiler, ScratchFolders];
}

function computeOf({ config, compute }: PlatformOptions): Provider[] {
  if (!compute) return [];
  const open = (limiter: ConcurrencyLimiter, lifecycle: Lifecycle) => {
    const work = new Compute({ threads: config.WORKER_THREADS, memoryMb: config.WORKER_THREAD_MEMORY_MB, limiter });
    lifecycle.onClose('compute', () => work.close({ drainMs: 0 }));
    return work;
  };
  return [{ provide: Compute, useFactory: open, inject: [ConcurrencyLimiter, Lifecycle] }];
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
  const reconciler = { keepJobsMs: config.JOB_RETENTION_DAYS * 24 * 3_600_000 };
  const open = (database: Database, link: NatsLink, log: Log, limiter: ConcurrencyLimiter, lifecycle: Lifecycle) => {
    const engine = new JobEngine({ database, link, log, limiter, databaseUrl: config.DATABASE_URL, reconciler });
    lifecycle.onDrain('jobs', () => engine.stop(config.SHUTDOWN_GRACE_MS));
    return engine;
  };
  return [
    { provide: JOB_CONCURRENCY, useValue: config.WORKER_PROCESSES },
    { provide: JobEngine, useFactory: open, inject: [Database, NatsLink, Log, ConcurrencyLimiter, Lifecycle] },
    { provide: JobStore, useFactory: (engine: JobEngine) => engine.store, inject: [JobEngine] },
    { provide: DeadLetters, useFactory: (engine: JobEngine) => engine.deadLetters, inject: [JobEngine] },
    { provide: JobFeed, useFactory: (engine: JobEngine) => engine.feed, inject: [JobEngine] },
    {
      provide: StartJobs,
      useFactory: (engine: JobEngine, database: Database, lifecycle: Lifecycle) => new StartJobs(engine, database, lifecycle),
      inject: [JobEngine, Database, Lifecycle],
    },
  ];
}

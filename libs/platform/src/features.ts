/**
 * What a feature adds to the platform of its service: tables and job handlers. Both are collected while Nest builds the modules; the database
 * opens, and jobs start, after the last module is built.
 */
import type { DynamicModule, FactoryProvider, InjectionToken, Type } from '@nestjs/common';
import type { JobKind } from '#contracts';
import type { PostgresOptions, SchemaMigrations } from '#storage';
import { Capabilities, type CapabilityProbe } from './describe/capabilities.ts';
import { HealthChecks, type SelfTest } from './describe/health-checks.ts';
import { JobEngine } from './jobs/job-engine.ts';
import type { JobHandler } from './jobs/job-run.ts';

export interface FeatureOptions {
  readonly entities?: PostgresOptions['entities'];
  /** Steps for one schema; features of one service may share a schema, TypeORM orders their steps by time. */
  readonly migrations?: SchemaMigrations;
}

/** The entities and migrations of all features of one process. */
export class FeatureRegistry {
  readonly #entities = new Set<PostgresOptions['entities'][number]>();
  readonly #steps: Map<string, Set<SchemaMigrations['steps'][number]>>;

  /** @param schema the service's own: it is created although no feature has steps for it, and migrated before the others */
  constructor(schema: string) {
    this.#steps = new Map([[schema, new Set()]]);
  }

  add({ entities = [], migrations }: FeatureOptions): void {
    for (const entity of entities) this.#entities.add(entity);
    if (!migrations) return;
    const steps = this.#steps.get(migrations.schema) ?? new Set();
    for (const step of migrations.steps) steps.add(step);
    this.#steps.set(migrations.schema, steps);
  }

  get entities(): PostgresOptions['entities'] {
    return [...this.#entities];
  }

  /** The schemas that this service alone writes to. */
  get schemas(): readonly string[] {
    return [...this.#steps.keys()];
  }

  /** One entry per schema: the service's own, then the others in the order in which they were first named. */
  get migrations(): readonly SchemaMigrations[] {
    return [...this.#steps].map(([schema, steps]) => ({ schema, steps: [...steps] }));
  }
}

class FeatureModule {}

/** See {@link PlatformModule.forFeature}. */
export function featureModule(feature: FeatureOptions): DynamicModule {
  const register = (registry: FeatureRegistry) => registry.add(feature);
  return { module: FeatureModule, providers: [{ provide: Symbol('feature'), useFactory: register, inject: [FeatureRegistry] }] };
}

/** Number of jobs of a kind that one process runs at a time, unless {@link JobOptions} says otherwise. */
export const JOB_CONCURRENCY = Symbol('job concurrency');

/** A number that is read from a provider, usually from the configuration of the feature. */
export interface ProvidedNumber<Config> {
  readonly from: InjectionToken<Config>;
  readonly read: (config: Config) => number;
}

export interface JobOptions<Config> {
  /** Number of simultaneous jobs of this kind in one process; `WORKER_PROCESSES` unless given. */
  readonly concurrency?: ProvidedNumber<Config>;
  /** Number of simultaneous jobs of this kind of one owner, in all processes together; unlimited unless given. */
  readonly maxPerOwner?: ProvidedNumber<Config>;
}

/**
 * A provider that makes `handler.run` work on jobs of `kind`: `providers: [EncodeClip, jobHandler(encodeClip, EncodeClip)]`.
 *
 * @param handler an injectable class of the same module
 */
export function jobHandler<K extends JobKind, Config = unknown>(
  kind: K,
  handler: Type<{ readonly run: JobHandler<K> }>,
  { concurrency, maxPerOwner }: JobOptions<Config> = {},
): FactoryProvider {
  const read = concurrency?.read ?? ((config: Config) => Number(config));
  return {
    provide: `job ${kind.name}`,
    useFactory: (engine: JobEngine, { run }: { readonly run: JobHandler<K> }, config: Config, ownerConfig: Config) => {
      engine.handle(kind, run, { concurrency: read(config), maxPerOwner: maxPerOwner?.read(ownerConfig) });
      return kind;
    },
    inject: [JobEngine, handler, concurrency?.from ?? JOB_CONCURRENCY, maxPerOwner?.from ?? JOB_CONCURRENCY],
  };
}

/**
 * A provider that makes the service try `test.run` at an interval; the result is shown to operators: `providers: [Tone, healthCheck('tone', Tone)]`.
 *
 * @param test an injectable class of the same module
 */
export function healthCheck(name: string, test: Type<SelfTest>): FactoryProvider {
  return {
    provide: `health check ${name}`,
    useFactory: (checks: HealthChecks, instance: SelfTest) => checks.add(name, instance),
    inject: [HealthChecks, test],
  };
}

/**
 * A provider that makes the service say what `probe` finds on its machine: `providers: [Encoders, capability(Encoders)]`.
 *
 * @param probe an injectable class of the same module
 */
export function capability(probe: Type<CapabilityProbe>): FactoryProvider {
  return {
    provide: Symbol(`capability ${probe.name}`),
    useFactory: (capabilities: Capabilities, instance: CapabilityProbe) => capabilities.add(instance),
    inject: [Capabilities, probe],
  };
}

/**
 * What a cache does beside answering: at its start it asks for its settings and its hot keys and warms up; then it says now and then what is
 * popular here, and hears what operators want. Without the cache service all of it waits, and nobody notices.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { NamespaceSettings, TieredCache } from '#cache';
import { backoffMs, type RequestOf, readPopularity, reportPopularity, type ServiceName } from '#contracts';
import type { Bus } from '../bus/bus.ts';
import type { NatsLink } from '../bus/nats-link.ts';
import type { Log } from '../logs/log.ts';
import { adopt } from './cache.handler.ts';

type Report = RequestOf<typeof reportPopularity>['namespaces'][number];
type Settings = Readonly<Record<string, NamespaceSettings>>;

const hotKeys = 200;
const maxKeyLength = 512;
const warmBudgetMs = 20_000;
const reportEveryMs = 60_000;
const tries = 5;
/** Uses are counted up to here; who stands there is popular without end. */
const mostUses = 255;

export interface CacheCareParts {
  readonly cache: TieredCache;
  readonly service: ServiceName;
  readonly bus: Bus;
  readonly link: NatsLink;
  readonly log: Log;
}

export class CacheCare {
  readonly #parts: CacheCareParts;
  readonly #stopping = new AbortController();
  #usesBefore = new Map<string, ReadonlyMap<string, number>>();
  #warmedBefore = new Map<string, Report['warmed']>();
  #timer: NodeJS.Timeout | undefined;
  #settings = '{}';

  constructor(parts: CacheCareParts) {
    this.#parts = parts;
  }

  /** Begins in the background; never rejects. */
  start(): void {
    void this.#begin();
    this.#timer = setInterval(() => void this.report(), reportEveryMs).unref();
  }

  /** Says a last time what was popular. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    if (this.#parts.link.isUp) await this.report();
  }

  /** Never rejects. */
  async report(): Promise<void> {
    const { bus, service, cache, log } = this.#parts;
    cache.coolHottest(hotKeys);
    const [uses, warmed] = [this.#usesBefore, this.#warmedBefore];
    try {
      const { settings } = await bus.call(reportPopularity, { service, namespaces: this.#sinceLastTime() });
      this.#adopt(settings as Settings);
    } catch (error) {
      [this.#usesBefore, this.#warmedBefore] = [uses, warmed]; // it was not heard: say it again next time
      log.debug({ err: error }, 'the cache service does not hear what is popular');
    }
  }

  async #begin(): Promise<void> {
    const { link, cache, log } = this.#parts;
    try {
      await link.whenConnected();
      await cache.synchronise();
      const { settings, hot } = await this.#ask();
      this.#adopt(settings as Settings);
      for (const { namespace, keys } of hot) await this.#warm(namespace, keys);
    } catch (error) {
      log.debug({ err: error }, 'this cache begins cold');
    }
  }

  async #ask() {
    const { bus, service } = this.#parts;
    for (let attempt = 1; ; attempt++) {
      try {
        return await bus.call(readPopularity, { service, count: hotKeys });
      } catch (error) {
        if (attempt === tries || this.#stopping.signal.aborted) throw error;
        await delay(backoffMs({ attempt, baseMs: 1_000, capMs: 8_000 }), undefined, { signal: this.#stopping.signal, ref: false });
      }
    }
  }

  async #warm(namespace: string, keys: readonly string[]): Promise<void> {
    const { cache, log } = this.#parts;
    if (this.#stopping.signal.aborted || !(namespace in cache.stats().namespaces)) return;
    const report = await cache.warm(namespace, keys, undefined, { budgetMs: warmBudgetMs, concurrency: 2 });
    log.info({ namespace, ...report }, 'warmed up');
  }

  #adopt(settings: Settings): void {
    const text = JSON.stringify(settings);
    if (text === this.#settings) return;
    const refused = adopt(this.#parts.cache, settings);
    if (refused === null) this.#settings = text;
    else this.#parts.log.warn({ refused }, 'the settings of the operators do not fit this instance');
  }

  #sinceLastTime(): Report[] {
    const now = this.#parts.cache.popularity(hotKeys);
    const report = now.map(({ namespace, keys, warmed }) => {
      const before = this.#usesBefore.get(namespace);
      const gained = keys.map(({ key, uses }) => ({ key, uses: uses >= mostUses ? uses : uses - (before?.get(key) ?? 0) }));
      const last = this.#warmedBefore.get(namespace) ?? { loaded: 0, used: 0 };
      const warmedSince = { loaded: warmed.loaded - last.loaded, used: warmed.used - last.used };
      return { namespace, keys: gained.filter(({ key, uses }) => uses > 0 && key.length <= maxKeyLength), warmed: warmedSince };
    });
    this.#usesBefore = new Map(now.map(({ namespace, keys }) => [namespace, new Map(keys.map(({ key, uses }) => [key, uses]))]));
    this.#warmedBefore = new Map(now.map(({ namespace, warmed }) => [namespace, warmed]));
    return report;
  }
}

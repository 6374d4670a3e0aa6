/**
 * Background work of a service's cache: reads its settings and hot keys at start and warms them; then reports use counts once a minute and
 * receives changed settings. All of it is optional: without the cache service the cache works unwarmed.
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
const maxAttempts = 5;
/** Use counts are capped here; a key at the cap is reported with the full count each time. */
const maxCountedUses = 255;

export interface CacheMaintenanceOptions {
  readonly cache: TieredCache;
  readonly service: ServiceName;
  readonly bus: Bus;
  readonly link: NatsLink;
  readonly log: Log;
}

export class CacheMaintenance {
  readonly #options: CacheMaintenanceOptions;
  readonly #stopping = new AbortController();
  #usesBefore = new Map<string, ReadonlyMap<string, number>>();
  #warmedBefore = new Map<string, Report['warmed']>();
  #timer: NodeJS.Timeout | undefined;
  #settings = '{}';

  constructor(options: CacheMaintenanceOptions) {
    this.#options = options;
  }

  /** Starts in the background; never rejects. */
  start(): void {
    void this.#warmUp();
    this.#timer = setInterval(() => void this.report(), reportEveryMs).unref();
  }

  /** Sends a last report. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#timer);
    if (this.#options.link.isUp) await this.report();
  }

  /** Never rejects. */
  async report(): Promise<void> {
    const { bus, service, cache, log } = this.#options;
    cache.demoteHottest(hotKeys);
    const [uses, warmed] = [this.#usesBefore, this.#warmedBefore];
    try {
      const { settings } = await bus.call(reportPopularity, { service, namespaces: this.#changesSinceLastReport() });
      this.#adopt(settings as Settings);
    } catch (error) {
      [this.#usesBefore, this.#warmedBefore] = [uses, warmed]; // not delivered: include it in the next report
      log.debug({ err: error }, 'failed to report popularity to the cache service');
    }
  }

  async #warmUp(): Promise<void> {
    const { link, cache, log } = this.#options;
    try {
      await link.whenConnected();
      await cache.synchronise();
      const { settings, hot } = await this.#readPopularity();
      this.#adopt(settings as Settings);
      for (const { namespace, keys } of hot) await this.#warm(namespace, keys);
    } catch (error) {
      log.debug({ err: error }, 'cache not warmed at start');
    }
  }

  async #readPopularity() {
    const { bus, service } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await bus.call(readPopularity, { service, count: hotKeys });
      } catch (error) {
        if (attempt === maxAttempts || this.#stopping.signal.aborted) throw error;
        await delay(backoffMs({ attempt, baseMs: 1_000, capMs: 8_000 }), undefined, { signal: this.#stopping.signal, ref: false });
      }
    }
  }

  async #warm(namespace: string, keys: readonly string[]): Promise<void> {
    const { cache, log } = this.#options;
    if (this.#stopping.signal.aborted || !(namespace in cache.stats().namespaces)) return;
    const report = await cache.warm(namespace, keys, undefined, { budgetMs: warmBudgetMs, concurrency: 2 });
    log.info({ namespace, ...report }, 'warmed cache namespace');
  }

  #adopt(settings: Settings): void {
    const text = JSON.stringify(settings);
    if (text === this.#settings) return;
    const refused = adopt(this.#options.cache, settings);
    if (refused === null) this.#settings = text;
    else this.#options.log.warn({ refused }, "operators' cache settings were refused by this instance");
  }

  #changesSinceLastReport(): Report[] {
    const now = this.#options.cache.popularity(hotKeys);
    const report = now.map(({ namespace, keys, warmed }) => {
      const before = this.#usesBefore.get(namespace);
      const gained = keys.map(({ key, uses }) => ({ key, uses: uses >= maxCountedUses ? uses : uses - (before?.get(key) ?? 0) }));
      const last = this.#warmedBefore.get(namespace) ?? { loaded: 0, used: 0 };
      const warmedSince = { loaded: warmed.loaded - last.loaded, used: warmed.used - last.used };
      return { namespace, keys: gained.filter(({ key, uses }) => uses > 0 && key.length <= maxKeyLength), warmed: warmedSince };
    });
    this.#usesBefore = new Map(now.map(({ namespace, keys }) => [namespace, new Map(keys.map(({ key, uses }) => [key, uses]))]));
    this.#warmedBefore = new Map(now.map(({ namespace, warmed }) => [namespace, warmed]));
    return report;
  }
}

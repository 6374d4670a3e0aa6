/** Removes unreferenced blobs: one replica of one service at a time, at a fixed interval that survives restarts. */
import { Counter, Gauge, type Registry, register } from 'prom-client';
import type { DataSource, QueryRunner } from 'typeorm';
import { queryRows } from '../postgres/transaction.ts';
import { BlobReferences } from './blob-references.ts';
import type { BlobStore, SweepReport } from './blob-store.ts';

export interface BlobSweeperOptions {
  readonly store: BlobStore;
  /** Blobs stored more recently are kept, with or without a reference. */
  readonly graceMs: number;
  /** Time between the ends of two sweeps, of any replica. */
  readonly everyMs: number;
  /** Below this free space every call sweeps, with a shorter grace period, so that rejected and deleted files are removed before uploads are rejected. */
  readonly lowSpace?: { readonly belowBytes: number; readonly graceMs: number };
  readonly registry?: Registry;
}

const swept = ['blobs_swept_total', 'Blobs removed because nobody holds them.'] as const;
const sweptBytes = ['blobs_swept_bytes_total', 'Bytes of the blobs removed because nobody holds them.'] as const;
const stored = ['blob_store_bytes', 'Bytes of all blobs, as the last sweep of this process found them.'] as const;
const free = ['blob_store_free_bytes', 'Room that the store has left; absent where the driver cannot tell.'] as const;
const low = ['blob_store_low_space_bytes', 'With less room than this the store counts as nearly full.'] as const;

export class BlobSweeper {
  readonly #options: BlobSweeperOptions;
  readonly #registry: Registry;

  constructor(options: BlobSweeperOptions) {
    this.#options = options;
    this.#registry = options.registry ?? register;
    for (const name of [swept, sweptBytes]) counter(this.#registry, name);
  }

  /**
   * Sweeps when a sweep is due and no other replica runs one.
   * @returns undefined when no sweep ran
   * @throws Failure `service-unavailable` while PostgreSQL is unavailable; nothing is removed then
   */
  async sweepWhenDue(source: DataSource, signal?: AbortSignal): Promise<SweepReport | undefined> {
    const schedule = this.#scheduleFor(await this.measureRoom());
    return this.#withLock(source, async (runner) => {
      if (await this.#isDue(runner, schedule.everyMs)) return this.#sweep(source, runner, schedule.graceMs, signal);
      return undefined;
    });
  }

  async measureRoom(): Promise<number | undefined> {
    const bytes = await this.#options.store.freeBytes();
    if (bytes !== undefined) {
      gauge(this.#registry, free).set(bytes);
      gauge(this.#registry, low).set(this.#options.lowSpace?.belowBytes ?? 0);
    }
    return bytes;
  }

  #scheduleFor(freeBytes = Number.POSITIVE_INFINITY): { everyMs: number; graceMs: number } {
    const { everyMs, graceMs, lowSpace } = this.#options;
    if (!lowSpace || freeBytes >= lowSpace.belowBytes) return { everyMs, graceMs };
    return { everyMs: 0, graceMs: Math.min(graceMs, lowSpace.graceMs) };
  }

  async #isDue(runner: QueryRunner, everyMs: number): Promise<boolean> {
    const [row] = await queryRows<{ due: boolean }>(
      runner,
      `SELECT opened_at <= now() - $1 * interval '1 millisecond' AND (swept_at IS NULL OR swept_at <= now() - $2 * interval '1 millisecond') AS due
       FROM blobs.ledger`,
      [this.#options.graceMs, everyMs],
    );
    return row?.due === true;
  }

  async #sweep(source: DataSource, runner: QueryRunner, graceMs: number, signal: AbortSignal | undefined): Promise<SweepReport> {
    const { store } = this.#options;
    const report = await store.sweep({ graceMs, signal, referenced: (sha256s) => BlobReferences.held(source, sha256s) });
    await runner.query('UPDATE blobs.ledger SET swept_at = now()');
    counter(this.#registry, swept).inc(report.removed);
    counter(this.#registry, sweptBytes).inc(report.removedBytes);
    gauge(this.#registry, stored).set(report.keptBytes);
    return report;
  }

  /** Runs `work` under an advisory lock, which PostgreSQL releases when its connection ends; undefined when another replica holds it. */
  async #withLock<T>(source: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T | undefined> {
    const runner = source.createQueryRunner();
    try {
      const [lock] = await queryRows<{ mine: boolean }>(
        runner,
        `SELECT pg_try_advisory_lock(hashtext('blobs'), hashtext('sweep')) AS mine`,
      );
      if (!lock?.mine) return undefined;
      return await work(runner).finally(() => unlock(runner));
    } finally {
      await runner.release();
    }
  }
}

const unlock = (runner: QueryRunner) =>
  runner.query(`SELECT pg_advisory_unlock(hashtext('blobs'), hashtext('sweep'))`).catch(() => undefined); // a lost connection has released the lock

const counter = (registry: Registry, [name, help]: readonly [string, string]) =>
  (registry.getSingleMetric(name) as Counter | undefined) ?? new Counter({ name, help, registers: [registry] });
const gauge = (registry: Registry, [name, help]: readonly [string, string]) =>
  (registry.getSingleMetric(name) as Gauge | undefined) ?? new Gauge({ name, help, registers: [registry] });

/** Counts what is too frequent for a row each time, and checks quotas on it without asking the database each time. */
import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import { atMostEntries, runBackgroundLoop, WakeSignal } from '#compute';
import { type Meter, meters } from '#contracts';
import { queryRows } from '#storage';
import type { Log } from '../logs/log.ts';
import { requireRoom, type Standing, standingOf } from './quotas.ts';

const everyMs = 5_000;
/** Owners times meters that wait to be written; beyond it, while the database is away, nothing more is counted. */
const maxPending = 100_000;
const maxKnown = 10_000;
/** Other copies count as well: what they have counted is seen after this. */
const knownForMs = 10_000;

export class UsageMeter {
  readonly #source: () => DataSource;
  readonly #log: Pick<Log, 'info' | 'warn'>;
  #pending = new Map<string, number>();
  #limited: ReadonlySet<string> = new Set();
  readonly #known = new LRUCache<string, { -readonly [Key in keyof Standing]: Standing[Key] }>({
    ...atMostEntries(maxKnown),
    ttl: knownForMs,
  });

  /** @param source throws while the database is away */
  constructor(source: () => DataSource, log: Pick<Log, 'info' | 'warn'>) {
    this.#source = source;
    this.#log = log;
  }

  /** Written within some seconds; lost when the process is killed before. */
  count(ownerId: string, meter: Meter, amount: number): void {
    const key = `${ownerId} ${meter}`;
    const before = this.#pending.get(key);
    if (before === undefined && this.#pending.size >= maxPending) return;
    this.#pending.set(key, (before ?? 0) + amount);
    const known = this.#limited.has(meter) ? this.#known.get(key) : undefined;
    if (known) known.used += amount;
  }

  /**
   * Approximate: what other copies count is seen some seconds later. Answers at once while no account has a quota on the meter.
   *
   * @throws Failure `quota-exceeded`; rejects with it where the database was asked
   */
  admit(ownerId: string, meter: Meter, amount: number): void | Promise<void> {
    if (!this.#limited.has(meter)) return undefined;
    const known = this.#known.get(`${ownerId} ${meter}`);
    return known ? requireRoom(meter, known, amount) : this.#ask(ownerId, meter, amount);
  }

  async #ask(ownerId: string, meter: Meter, amount: number): Promise<void> {
    const key = `${ownerId} ${meter}`;
    const { limit, used, reserved } = await standingOf(this.#source(), ownerId, meter);
    const standing = { limit, reserved, used: used + (this.#pending.get(key) ?? 0) };
    this.#known.set(key, standing);
    requireRoom(meter, standing, amount);
  }

  run(signal: AbortSignal): Promise<void> {
    const step = async () => {
      await this.refresh();
      await this.flush();
      return everyMs;
    };
    return runBackgroundLoop({ purpose: 'write usage', log: this.#log, signal, wake: new WakeSignal(), step });
  }

  /** Reads which meters anybody has a quota on. */
  async refresh(): Promise<void> {
    const rows = await queryRows<{ meter: string }>(this.#source(), 'SELECT DISTINCT meter FROM usage.quota');
    this.#limited = new Set(rows.map(({ meter }) => meter));
  }

  /** Writes what was counted so far, in one statement; rows are locked in the order in which `usage.record` does. */
  async flush(): Promise<void> {
    if (this.#pending.size === 0) return;
    const taken = this.#pending;
    this.#pending = new Map();
    const rows = [...taken]
      .map(([key, amount]) => ({ ownerId: key.slice(0, 36), meter: key.slice(37) as Meter, amount }))
      .sort(byLockOrder);
    try {
      await queryRows(
        this.#source(),
        `INSERT INTO usage.daily AS d (owner_id, meter, day, amount)
         SELECT owner_id, meter, (now() AT TIME ZONE 'UTC')::date, amount
         FROM unnest($1::uuid[], $2::text[], $3::float8[]) WITH ORDINALITY AS t (owner_id, meter, amount, position) ORDER BY position
         ON CONFLICT (owner_id, meter, day) DO UPDATE SET amount = d.amount + excluded.amount`,
        [rows.map(({ ownerId }) => ownerId), rows.map(({ meter }) => meter), rows.map(({ amount }) => amount)],
      );
    } catch (error) {
      for (const [key, amount] of taken) this.#pending.set(key, (this.#pending.get(key) ?? 0) + amount);
      throw error;
    }
  }
}

interface Row {
  readonly ownerId: string;
  readonly meter: Meter;
}

const byLockOrder = (a: Row, b: Row) =>
  a.ownerId < b.ownerId ? -1 : a.ownerId > b.ownerId ? 1 : meters.indexOf(a.meter) - meters.indexOf(b.meter);

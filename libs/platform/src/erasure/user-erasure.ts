/**
 * Erases what this service keeps of a deleted account, and confirms it. PostgreSQL has the request; the event `events.user.deleted.v1` only wakes the
 * services. A copy that stops in the middle leaves the rest to the next attempt, of any copy.
 */
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Failure, type ServiceName } from '#contracts';
import type { Queryable } from '#storage';
import { openCall, runInCall } from '../calls/request-context.ts';
import type { Database } from '../database/database.ts';
import type { Log } from '../logs/log.ts';
import type { Eraser, Erasers } from './erasers.ts';
import { claimErasure, confirmErasure, postponeErasure, renewErasure } from './erasure.store.ts';
import { deleteBatch, deletionOrder, findOwnedTables, ownedIds } from './owned-tables.ts';

const pollMs = 30_000;
const retrySeconds = 5;
const eraseDeadlineMs = 60_000;

export interface UserErasureOptions {
  readonly service: ServiceName;
  readonly database: Pick<Database, 'source' | 'transaction'>;
  /** The schemas that this service alone writes to. */
  readonly schemas: () => readonly string[];
  readonly erasers: Erasers;
  /** Whether the work can begin; asked again after some seconds. */
  readonly isReady?: (ownerId: string) => Promise<boolean>;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

export class UserErasure {
  readonly #options: UserErasureOptions;
  readonly #wake = new WakeSignal();

  constructor(options: UserErasureOptions) {
    this.#options = options;
  }

  /** An account was deleted: look at once. */
  wake(): void {
    this.#wake.notify();
  }

  run(signal: AbortSignal): Promise<void> {
    const step = async () => ((await this.step(signal)) ? 0 : pollMs);
    return runBackgroundLoop({ purpose: 'erase deleted accounts', log: this.#options.log, signal, wake: this.#wake, step });
  }

  /** Works on one request. @returns whether there was one */
  async step(signal: AbortSignal): Promise<boolean> {
    const { service, database, log } = this.#options;
    const ownerId = signal.aborted ? undefined : await claimErasure(database.source, service);
    if (ownerId === undefined) return false;
    if (!(await this.#attempt(ownerId, signal))) {
      await postponeErasure(database.source, service, ownerId, signal.aborted ? 0 : retrySeconds);
      setTimeout(() => this.wake(), retrySeconds * 1_000).unref();
      return true;
    }
    await database.transaction((tx) => confirmErasure(tx, service, ownerId));
    log.info({}, 'erased what this service kept of an account');
    return true;
  }

  /** @returns false when another attempt is needed */
  async #attempt(ownerId: string, signal: AbortSignal): Promise<boolean> {
    const { isReady, log } = this.#options;
    try {
      if (isReady && !(await isReady(ownerId))) return false;
      await this.#erase(ownerId, signal);
      return true;
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'failed to erase an account; retrying');
      return false;
    }
  }

  async #erase(ownerId: string, signal: AbortSignal): Promise<void> {
    const { database, schemas, erasers } = this.#options;
    for (const eraser of erasers.rows) await this.#eraseRows(eraser, ownerId, signal);
    const tables = deletionOrder(await findOwnedTables(database.source, schemas()));
    for (const table of tables) {
      do await this.#goOn(ownerId, signal);
      while (await deleteBatch(database.source, table, ownerId));
    }
    for (const remove of erasers.removers) {
      await this.#goOn(ownerId, signal);
      await remove(ownerId);
    }
  }

  async #eraseRows({ table, erase }: Eraser, ownerId: string, signal: AbortSignal): Promise<void> {
    const { source }: { source: Queryable } = this.#options.database;
    let before = '';
    for (let ids = await ownedIds(source, table, ownerId); ids.length > 0; ids = await ownedIds(source, table, ownerId)) {
      if (ids[0] === before) throw new Error(`the eraser of ${table} leaves its row`);
      before = ids[0]!;
      for (const id of ids) {
        await this.#goOn(ownerId, signal);
        const call = { ...openCall({ deadlineMs: eraseDeadlineMs }), subject: ownerId };
        await runInCall(call, () => erase(id, ownerId)).catch(ignoreMissing);
      }
    }
  }

  async #goOn(ownerId: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await renewErasure(this.#options.database.source, this.#options.service, ownerId);
  }
}

/** Another copy, or the deletion of what it belongs to, was faster. */
function ignoreMissing(error: unknown): void {
  if (!(error instanceof Failure) || !error.code.endsWith('-not-found')) throw error;
}

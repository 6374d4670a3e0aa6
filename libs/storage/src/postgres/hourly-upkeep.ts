import { isLockTimeout } from './availability.ts';

const hourMs = 3_600_000;
/** A change that could not be made waits this long: whoever needs the table meanwhile does not wait behind it again at once. */
const againAfterMs = 60_000;

interface UpkeepLog {
  warn(fields: object, message: string): void;
}

/** Work on tables that is due once an hour, and a minute after a failure. */
export class HourlyUpkeep {
  readonly #table: string;
  readonly #log: UpkeepLog;
  readonly #nowMs: () => number;
  #dueAtMs = Number.NEGATIVE_INFINITY;

  /** @param nowMs monotonic */
  constructor(table: string, log: UpkeepLog, nowMs: () => number = () => performance.now()) {
    this.#table = table;
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** Does nothing before it is due. A lock that could not be had in time is only logged. @throws what else `work` throws */
  async whenDue(work: () => Promise<void>): Promise<void> {
    if (this.#nowMs() < this.#dueAtMs) return;
    this.#dueAtMs = this.#nowMs() + againAfterMs;
    try {
      await work();
      this.#dueAtMs = this.#nowMs() + hourMs;
    } catch (err) {
      if (!isLockTimeout(err)) throw err;
      this.#log.warn({ table: this.#table, err }, 'a table was in use for too long to change its partitions; trying again in a minute');
    }
  }
}

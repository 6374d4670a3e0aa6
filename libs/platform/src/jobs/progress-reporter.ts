/**
 * Throttles progress reports: writes the newest one, at most every half second, or sooner when the work is in another phase or ten points further than what
 * was written.
 */
import { setTimeout as delay } from 'node:timers/promises';

const everyMs = 500;
/** A short job shows its progress too, with at most ten writes more. */
const stepPercent = 10;

export class ProgressReporter {
  readonly #write: (phase: string, percent: number) => Promise<unknown>;
  readonly #onError: (error: unknown) => void;
  readonly #closing = new AbortController();
  #newest: { readonly phase: string; readonly percent: number } | undefined;
  #writtenPercent = 0;
  #writtenPhase: string | undefined;
  #pause = new AbortController();
  #writing: Promise<void> | undefined;

  /** @param write its errors go to `onError`; the next report writes again */
  constructor(write: (phase: string, percent: number) => Promise<unknown>, onError: (error: unknown) => void) {
    this.#write = write;
    this.#onError = onError;
  }

  /** Percent is clamped to 0…100 and kept to a tenth; what is not a number counts as 0. */
  report(phase: string, percent: number): void {
    if (this.#closing.signal.aborted) return;
    this.#newest = { phase, percent: Math.min(100, Math.max(0, Math.round(percent * 10) / 10 || 0)) };
    if (this.#isStepAhead()) this.#pause.abort();
    this.#writing ??= this.#drain();
  }

  /** After this nothing is written any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#writing;
  }

  async #drain(): Promise<void> {
    const { signal } = this.#closing;
    while (this.#newest && !signal.aborted) {
      const { phase, percent } = this.#newest;
      this.#newest = undefined;
      this.#writtenPercent = percent;
      this.#writtenPhase = phase;
      await this.#write(phase, percent).catch(this.#onError);
      if (!this.#isStepAhead()) await this.#rest(signal);
    }
    this.#writing = undefined;
  }

  /** Ends early when the reporter is closed or the next step is reached. */
  async #rest(closed: AbortSignal): Promise<void> {
    this.#pause = new AbortController();
    await delay(everyMs, undefined, { signal: AbortSignal.any([closed, this.#pause.signal]) }).catch(() => undefined);
  }

  #isStepAhead(): boolean {
    if (this.#newest === undefined) return false;
    return this.#newest.phase !== this.#writtenPhase || this.#newest.percent >= this.#writtenPercent + stepPercent;
  }
}

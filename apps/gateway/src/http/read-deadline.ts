/**
 * A limit on the time until something arrives. A process that was kept from running, by other work or by a pause of its machine, finds its timers due
 * before it has read what arrived meanwhile: it is given a turn of the event loop to read first.
 */
export class ReadDeadline {
  readonly #timer: NodeJS.Timeout;
  #turn: NodeJS.Immediate | undefined;

  /** @param expired is not called once the deadline has been stopped */
  constructor(withinMs: number, expired: () => void) {
    this.#timer = setTimeout(() => {
      this.#turn = setImmediate(expired);
    }, withinMs);
  }

  /** Begins anew: something has arrived. */
  refresh(): void {
    clearImmediate(this.#turn);
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
  }
}

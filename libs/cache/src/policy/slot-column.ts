/** One small number per slot, growing with the slots. Starts at 0 for every slot. */
export class SlotColumn {
  #values = new Float64Array(64);

  get(slot: number): number {
    return slot < this.#values.length ? this.#values[slot]! : 0;
  }

  set(slot: number, value: number): void {
    if (slot >= this.#values.length) this.#grow(slot);
    this.#values[slot] = value;
  }

  #grow(slot: number): void {
    const wider = new Float64Array(Math.max(slot + 1, this.#values.length * 2));
    wider.set(this.#values);
    this.#values = wider;
  }
}

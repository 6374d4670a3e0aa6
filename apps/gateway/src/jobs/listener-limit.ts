/** Limits open event streams per owner and per process. */
import { Failure } from '#contracts';

export class ListenerLimit {
  readonly #open = new Map<string, number>();
  readonly #perOwner: number;
  readonly #altogether: number;
  #total = 0;

  /** @param limits streams per owner and per process, both at least 1 */
  constructor(limits: { readonly perOwner: number; readonly altogether: number }) {
    this.#perOwner = limits.perOwner;
    this.#altogether = limits.altogether;
  }

  get total(): number {
    return this.#total;
  }

  /**
   * @returns releases the slot; idempotent
   * @throws Failure too-many-requests for the owner, overloaded for the process
   */
  enter(ownerId: string): () => void {
    const mine = this.#open.get(ownerId) ?? 0;
    if (mine >= this.#perOwner)
      throw new Failure('too-many-requests', `You already have ${mine} event streams open.`, { retryAfterSeconds: 10 });
    if (this.#total >= this.#altogether) throw new Failure('overloaded', 'Too many event streams are open.', { retryAfterSeconds: 10 });
    this.#open.set(ownerId, mine + 1);
    this.#total++;
    let left = false;
    return () => {
      if (!left) this.#leave(ownerId);
      left = true;
    };
  }

  #leave(ownerId: string): void {
    const rest = (this.#open.get(ownerId) ?? 1) - 1;
    if (rest > 0) this.#open.set(ownerId, rest);
    else this.#open.delete(ownerId);
    this.#total--;
  }
}

/** Admits runs of one copy of the service, whether they are computed, wait for their turn or wait for their parts: so many together, and so many of one owner. */
import { Failure } from '#contracts';

export interface AdmissionLimits {
  readonly altogether: number;
  readonly perOwner: number;
}

/** A run takes some seconds. */
const retryAfterSeconds = 5;

export class RunAdmission {
  readonly #limits: AdmissionLimits;
  readonly #ofOwner = new Map<string, number>();
  #altogether = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** @throws Failure `overloaded`; whatever `work` throws */
  async run<T>(ownerId: string, work: () => Promise<T>): Promise<T> {
    const own = this.#ofOwner.get(ownerId) ?? 0;
    if (own >= this.#limits.perOwner) throw refused(`${own} of your scorings are under way`);
    if (this.#altogether >= this.#limits.altogether) throw refused('Too many scorings are under way');
    this.#change(ownerId, 1);
    try {
      return await work();
    } finally {
      this.#change(ownerId, -1);
    }
  }

  #change(ownerId: string, by: 1 | -1): void {
    this.#altogether += by;
    const own = (this.#ofOwner.get(ownerId) ?? 0) + by;
    if (own === 0) this.#ofOwner.delete(ownerId);
    else this.#ofOwner.set(ownerId, own);
  }
}

const refused = (reason: string) => new Failure('overloaded', `${reason}; try again when one has ended.`, { retryAfterSeconds });

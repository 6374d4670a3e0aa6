import { NextKeyModel } from './next-key-model.ts';
import { Warmth } from './warming.ts';

const maxUnderWay = 2;
/** After so many guesses it is asked whether they were any good, */
const trialGuesses = 64;
/** and with fewer used than this share it stops guessing for a while, each time for twice as long. */
const leastUsedShare = 0.25;
const firstPause = 5_000;
const longestPause = 640_000;

/** Loads the key that usually comes next, within a budget, and leaves off where that does not help. */
export class Prefetcher {
  readonly warmth = new Warmth();
  readonly #model = new NextKeyModel();
  readonly #isPresent: (key: string) => boolean;
  readonly #load: (key: string) => Promise<unknown>;
  #underWay = 0;
  #pause = firstPause;
  #pausedRequests = 0;
  #loadedBefore = 0;
  #usedBefore = 0;

  /** @param load loads and stores one key; may fail, which nobody hears: whoever asks for the key meets the failure itself */
  constructor(isPresent: (key: string) => boolean, load: (key: string) => Promise<unknown>) {
    this.#isPresent = isPresent;
    this.#load = load;
  }

  /** False while its guesses have proved to be of no use. */
  get active(): boolean {
    return this.#pausedRequests === 0;
  }

  /** A key is asked for. Returns at once; a guess is loaded behind. */
  saw(key: string): void {
    const next = this.#model.saw(key);
    if (this.#pausedRequests > 0) this.#pausedRequests -= 1;
    else if (next !== undefined && this.#underWay < maxUnderWay && !this.#isPresent(next)) void this.#fetch(next);
  }

  async #fetch(key: string): Promise<void> {
    this.#underWay += 1;
    try {
      await this.#load(key);
      this.warmth.add(key);
      this.#judge();
    } catch {
      // a guess that could not be loaded is a guess not made
    } finally {
      this.#underWay -= 1;
    }
  }

  /** The last guesses have had no time to prove themselves, but so had the last ones of the trial before. */
  #judge(): void {
    const { loaded, used } = this.warmth;
    if (loaded - this.#loadedBefore < trialGuesses) return;
    const share = (used - this.#usedBefore) / (loaded - this.#loadedBefore);
    this.#loadedBefore = loaded;
    this.#usedBefore = used;
    if (share >= leastUsedShare) this.#pause = firstPause;
    else {
      this.#pausedRequests = this.#pause;
      this.#pause = Math.min(longestPause, 2 * this.#pause);
    }
  }
}

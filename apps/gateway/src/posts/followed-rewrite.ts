/** A text that is being written: the pieces that have arrived, and how it ends. */
import type { PostRewrite } from '#contracts';

export class FollowedRewrite {
  readonly result: Promise<PostRewrite>;
  #pending = '';
  #received = '';
  #hasEnded = false;
  #changed = Promise.withResolvers<void>();

  /** @param call answers when the text is whole */
  constructor(call: Promise<PostRewrite>) {
    this.result = call;
    const end = () => {
      this.#hasEnded = true;
      this.#changed.resolve();
    };
    call.then(end, end);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Pieces that arrive after the end are ignored: the result contains them. */
  add(text: string): void {
    if (this.#hasEnded) return;
    this.#pending += text;
    this.#received += text;
    this.#changed.resolve();
  }

  /** @throws the failure of the call, when nothing has come before it */
  async begun(): Promise<void> {
    await this.#changed.promise;
    if (this.#pending === '') await this.result;
  }

  /** Pieces as they arrive, until the end or until the signal aborts; joined, they are the beginning of the text of the result. */
  async *pieces(signal: AbortSignal): AsyncGenerator<string> {
    const stop = () => this.#changed.resolve();
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!signal.aborted) {
        const piece = this.#pending;
        this.#pending = '';
        if (piece !== '') yield piece;
        else if (this.#hasEnded) return;
        else await this.#next();
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #next(): Promise<void> {
    await this.#changed.promise;
    if (!this.#hasEnded) this.#changed = Promise.withResolvers<void>();
  }

  /** The rest of the whole text behind the pieces; empty where the pieces are not its beginning. */
  restOf({ text }: PostRewrite): string {
    return text?.startsWith(this.#received) ? text.slice(this.#received.length) : '';
  }
}

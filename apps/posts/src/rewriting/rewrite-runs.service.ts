import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Failure, postRewriteAbandoned, postRewriteProgressed } from '#contracts';
import { Bus, Log } from '#platform';

export interface RewriteRun {
  readonly rewriteId: string;
  readonly isStreamed: boolean;
}

/** What a run is given: when to stop, and whom to tell. */
export interface RunControl {
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
  /** Absent where the answer is not followed. */
  readonly show?: (text: string) => void;
}

@Injectable() // tells whoever asked how a text grows, and hears that nobody waits for it any more
export class RewriteRuns implements OnApplicationBootstrap {
  readonly #running = new Map<string, AbortController>();

  constructor(
    private readonly bus: Bus,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const abandon = ({ rewriteId }: { readonly rewriteId: string }) =>
      this.#running.get(rewriteId)?.abort(new Failure('cancelled', 'Nobody waits for this text any more.'));
    this.bus
      .subscribe(postRewriteAbandoned, abandon)
      .catch((error: unknown) => this.log.debug({ err: error }, 'closed before NATS was connected'));
  }

  /** A piece that is lost on the way is contained in the result. */
  private tell(rewriteId: string, text: string): void {
    try {
      this.bus.publish(postRewriteProgressed, { rewriteId, text });
    } catch (error) {
      this.log.debug({ err: error }, 'failed to tell how a text grows');
    }
  }

  /** As many run at a time as calls are handled. */
  async run<T>({ rewriteId, isStreamed }: RewriteRun, work: (control: RunControl) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.#running.set(rewriteId, controller);
    const show = (text: string) => {
      if (text !== '') this.tell(rewriteId, text);
    };
    try {
      return await work({ signal: controller.signal, ...(isStreamed ? { show } : {}) });
    } finally {
      this.#running.delete(rewriteId);
    }
  }
}

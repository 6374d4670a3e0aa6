import { Readable } from 'node:stream';
import { heartbeat, reconnectAfter } from './event-frame.ts';

export interface EventStreamOptions {
  readonly heartbeatMs: number;
  /** What may wait for a client that does not read; the socket's own buffer comes on top. */
  readonly bufferMaxBytes: number;
}

/**
 * One listener's stream of events. It takes the next one from the source only while the client takes what is there, and lets a client go
 * that has left bytes lying for two heartbeats.
 */
export class EventStream extends Readable {
  readonly #gone = new AbortController();
  readonly #frames: AsyncIterator<string>;
  readonly #beat: NodeJS.Timeout;
  #pulling = false;
  #missedBeats = 0;

  /** @param follow gives the events' text in order until it ends, which ends the stream; `signal` tells it that the listener has gone */
  constructor(follow: (signal: AbortSignal) => AsyncIterable<string>, { heartbeatMs, bufferMaxBytes }: EventStreamOptions) {
    super({ highWaterMark: bufferMaxBytes });
    this.#frames = follow(this.#gone.signal)[Symbol.asyncIterator]();
    this.#beat = setInterval(() => this.#beatOrDrop(), heartbeatMs);
    this.push(reconnectAfter(2_000));
  }

  /** Ends the stream once the client has taken what is there; no further event is asked for. */
  finish(): void {
    this.#gone.abort();
  }

  override _read(): void {
    void this.#pull();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#beat);
    this.#gone.abort();
    done(error);
  }

  /** A push asks for more at once, while the read before it may still wait for its event: only one of them waits. */
  async #pull(): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    try {
      for (let wanted = true; wanted; ) wanted = this.#take(await this.#frames.next());
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#pulling = false;
    }
  }

  #take(next: IteratorResult<string>): boolean {
    if (this.destroyed) return false;
    return this.push(next.done ? null : next.value) && !next.done;
  }

  #beatOrDrop(): void {
    this.#missedBeats = this.readableLength > 0 ? this.#missedBeats + 1 : 0;
    if (this.#missedBeats >= 2) this.destroy();
    else if (this.#missedBeats === 0) this.push(heartbeat);
  }
}

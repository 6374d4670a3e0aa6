import { Readable } from 'node:stream';
import { heartbeat, reconnectAfter } from './event-frame.ts';

/** Disables buffering in proxies and compression. */
export const eventStreamHeaders = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no', 'content-encoding': 'identity' };

export interface EventStreamOptions {
  readonly heartbeatMs: number;
  /** Buffer limit for a slow client, in addition to the socket buffer. */
  readonly bufferMaxBytes: number;
}

/**
 * Event stream of one client. Pulls the next event only while the client reads (backpressure), and disconnects a client
 * that has read nothing for two heartbeats.
 */
export class EventStream extends Readable {
  readonly #gone = new AbortController();
  readonly #frames: AsyncIterator<string>;
  readonly #beat: NodeJS.Timeout;
  #pulling = false;
  #missedBeats = 0;

  /** @param follow yields the encoded events; its end ends the stream; `signal` aborts when the client disconnects */
  constructor(follow: (signal: AbortSignal) => AsyncIterable<string>, { heartbeatMs, bufferMaxBytes }: EventStreamOptions) {
    super({ highWaterMark: bufferMaxBytes });
    this.#frames = follow(this.#gone.signal)[Symbol.asyncIterator]();
    this.#beat = setInterval(() => this.#beatOrDrop(), heartbeatMs);
    this.push(reconnectAfter(2_000));
  }

  /** Ends the stream after the buffered events; pulls no further event. */
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

  /** `push` may trigger another read while the previous one is pending; only one waits for an event. */
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

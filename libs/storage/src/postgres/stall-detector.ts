/** Measures how long a PostgreSQL connection has been waiting for a reply, from socket byte counters. */
import type { Socket } from 'node:net';
import type pg from 'pg';

export class StallDetector {
  readonly #client: pg.Client;
  /** Value of `bytesWritten` when the last query was answered. */
  #answeredBytes: number;
  #bytesRead = 0;
  #sinceMs: number | undefined;
  #nowMs = 0;

  /** @param client connected, before its first query */
  constructor(client: pg.Client) {
    this.#client = client;
    this.#answeredBytes = this.#socket.bytesWritten;
    client.on('drain', () => {
      this.#answeredBytes = this.#socket.bytesWritten;
      this.#sinceMs = undefined;
    });
  }

  /** Time since the query was sent or the last byte of the reply arrived, in ms; 0 when no query is pending. */
  get waitedMs(): number {
    return this.#sinceMs === undefined ? 0 : this.#nowMs - this.#sinceMs;
  }

  /** @param missedSamples this process did not run since the previous sample, so the wait is measured from now */
  sample(nowMs: number, missedSamples: boolean): void {
    const { bytesRead, bytesWritten } = this.#socket;
    const hasReceived = bytesRead !== this.#bytesRead;
    this.#bytesRead = bytesRead;
    this.#nowMs = nowMs;
    if (bytesWritten === this.#answeredBytes) this.#sinceMs = undefined;
    else if (hasReceived || missedSamples) this.#sinceMs = nowMs;
    else this.#sinceMs ??= nowMs;
  }

  /** Read each time: a TLS upgrade replaces the socket of a connection. */
  get #socket(): Socket {
    return this.#client.connection.stream as Socket;
  }
}

/** For how long a connection to PostgreSQL has waited for an answer, told by its bytes. */
import type { Socket } from 'node:net';
import type pg from 'pg';

export interface Ear {
  /** Since it was asked or last said something, in ms; 0 while nothing was asked. */
  readonly waitedMs: number;
  /** @param deaf we heard nothing since the last time, whatever was said: begin anew */
  listen(nowMs: number, deaf: boolean): void;
}

export class Hearing implements Ear {
  readonly #client: pg.Client;
  /** What had been sent when the last question was answered. */
  #settledBytes: number;
  #heardBytes = 0;
  #sinceMs: number | undefined;
  #nowMs = 0;

  /** @param client connected, and not asked anything yet */
  constructor(client: pg.Client) {
    this.#client = client;
    this.#settledBytes = this.#socket.bytesWritten;
    client.on('drain', () => {
      this.#settledBytes = this.#socket.bytesWritten;
      this.#sinceMs = undefined;
    });
  }

  get waitedMs(): number {
    return this.#sinceMs === undefined ? 0 : this.#nowMs - this.#sinceMs;
  }

  listen(nowMs: number, deaf: boolean): void {
    const { bytesRead, bytesWritten } = this.#socket;
    const spoke = bytesRead !== this.#heardBytes;
    this.#heardBytes = bytesRead;
    this.#nowMs = nowMs;
    if (bytesWritten === this.#settledBytes) this.#sinceMs = undefined;
    else if (spoke || deaf) this.#sinceMs = nowMs;
    else this.#sinceMs ??= nowMs;
  }

  /** With TLS it is another one than the connection began with, so it is asked for each time. */
  get #socket(): Socket {
    return this.#client.connection.stream as Socket;
  }
}

/** `COPY … FROM STDIN` inside a transaction, on the connection of `pg`, which itself has no COPY: the fastest way to write many rows. */
import { once } from 'node:events';
import type pg from 'pg';
import type { EntityManager } from 'typeorm';
import { orUnavailable } from './availability.ts';

/** The parts of pg's connection that COPY needs; they are stable since pg 7 and not in its types. */
interface WireConnection {
  readonly stream: NodeJS.WritableStream & { readonly writableNeedDrain: boolean };
  query(sql: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** What pg calls on the query that runs. */
class CopyIn {
  readonly #sql: string;
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #done = Promise.withResolvers<number>();
  /** Aborts when the server has refused: whoever waits for the connection would wait for ever. */
  readonly #refused = new AbortController();
  #sourceError: unknown;
  #rowCount = 0;

  constructor(sql: string, source: AsyncIterable<Uint8Array>) {
    this.#sql = sql;
    this.#source = source;
  }

  /** Rows that were copied. */
  get finished(): Promise<number> {
    return this.#done.promise;
  }

  submit(connection: WireConnection): void {
    connection.query(this.#sql);
  }

  handleCopyInResponse(connection: WireConnection): void {
    void this.#send(connection);
  }

  async #send(connection: WireConnection): Promise<void> {
    const { signal } = this.#refused;
    try {
      for await (const chunk of this.#source) {
        if (signal.aborted) return;
        connection.sendCopyFromChunk(chunk);
        if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain', { signal });
      }
      if (!signal.aborted) connection.endCopyFrom();
    } catch (error) {
      if (signal.aborted) return;
      this.#sourceError = error;
      connection.sendCopyFail('the source of the rows has failed');
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#rowCount = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0);
  }
  handleError(error: Error): void {
    this.#refused.abort();
    this.#done.reject(this.#sourceError ?? error);
  }
  handleReadyForQuery(): void {
    this.#done.resolve(this.#rowCount); // does nothing after an error
  }
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
}

/**
 * @param target a table with its columns
 * @param rows in the text format of COPY; pieces may end anywhere
 * @returns the number of rows
 * @throws the error of `rows`; that of the server; Failure `service-unavailable` while PostgreSQL is unavailable
 */
export async function copyRows(tx: EntityManager, target: string, rows: AsyncIterable<Uint8Array>): Promise<number> {
  if (!tx.queryRunner) throw new RangeError('COPY needs the manager of a transaction.');
  const client = (await tx.queryRunner.connect()) as pg.PoolClient;
  const copy = new CopyIn(`COPY ${target} FROM STDIN`, rows);
  client.query(copy as unknown as pg.Submittable);
  return orUnavailable(copy.finished);
}

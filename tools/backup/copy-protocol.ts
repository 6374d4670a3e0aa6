/** COPY of PostgreSQL as streams of bytes, on a connection of `pg`, which itself has no COPY. */
import { once } from 'node:events';
import { Readable } from 'node:stream';
import type pg from 'pg';

/** The parts of pg's connection that COPY needs; they are stable since pg 7 and not in its types. */
interface WireConnection {
  readonly stream: NodeJS.WritableStream & { pause(): void; resume(): void; readonly writableNeedDrain: boolean };
  query(sql: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** What pg calls on the query that runs. */
abstract class CopyQuery {
  readonly sql: string;
  readonly #done = Promise.withResolvers<number>();
  #rows = 0;
  #error: Error | undefined;

  constructor(sql: string) {
    this.sql = sql;
    this.#done.promise.catch(() => undefined);
  }

  /** Rows that were copied. Rejects with the error of the server. */
  get finished(): Promise<number> {
    return this.#done.promise;
  }

  submit(connection: WireConnection): void {
    this.begin(connection);
    connection.query(this.sql);
  }

  protected begin(_connection: WireConnection): void {}
  protected end(_error?: Error): void {}

  handleCommandComplete({ text }: { text: string }): void {
    this.#rows = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0);
  }
  handleError(error: Error): void {
    this.#error = error;
    this.end(error);
    this.#done.reject(error);
  }
  handleReadyForQuery(): void {
    this.end(this.#error);
    if (!this.#error) this.#done.resolve(this.#rows);
  }
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
  handleCopyData(_message: { chunk: Buffer }, _connection: WireConnection): void {}
  handleCopyInResponse(connection: WireConnection): void {
    connection.sendCopyFail('nothing to send');
  }
}

/** Reading pauses the connection while nobody takes what has arrived. */
class CopyOut extends CopyQuery {
  #connection: WireConnection | undefined;
  readonly bytes = new Readable({ read: () => this.#connection?.stream.resume(), highWaterMark: 1 << 20 });

  protected override begin(connection: WireConnection): void {
    this.#connection = connection;
  }
  override handleCopyData({ chunk }: { chunk: Buffer }, connection: WireConnection): void {
    if (!this.bytes.push(chunk)) connection.stream.pause();
  }
  protected override end(error?: Error): void {
    if (error) this.bytes.destroy(error);
    else if (!this.bytes.readableEnded && !this.bytes.destroyed) this.bytes.push(null);
  }
}

class CopyIn extends CopyQuery {
  readonly #source: AsyncIterable<Uint8Array>;

  constructor(sql: string, source: AsyncIterable<Uint8Array>) {
    super(sql);
    this.#source = source;
  }
  override handleCopyInResponse(connection: WireConnection): void {
    void this.#pump(connection);
  }
  async #pump(connection: WireConnection): Promise<void> {
    try {
      for await (const chunk of this.#source) {
        connection.sendCopyFromChunk(chunk);
        if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain');
      }
      connection.endCopyFrom();
    } catch (error) {
      connection.sendCopyFail(error instanceof Error ? error.message : String(error));
    }
  }
}

const run = <Query extends CopyQuery>(client: pg.Client, query: Query): Query =>
  client.query(query as unknown as pg.Submittable) as unknown as Query;

/** @param source a table with columns, or a query in brackets */
export function copyOut(client: pg.Client, source: string): { readonly bytes: Readable; readonly rows: Promise<number> } {
  const query = run(client, new CopyOut(`COPY ${source} TO STDOUT`));
  return { bytes: query.bytes, rows: query.finished };
}

/** @param target a table with columns. @returns the number of rows. @throws the error of the server, also when `bytes` fails */
export function copyIn(client: pg.Client, target: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  return run(client, new CopyIn(`COPY ${target} FROM STDIN`, bytes)).finished;
}

/**
 * Exports of documents from a PostgreSQL of their own, through the cursor of the service: the same rows as they come from memory, in ratio to it; and how
 * much a file of many rows makes the process grow when its reader is slow.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { EntityManager } from 'typeorm';
import type { TextAnalysis } from '#contracts';
import { startNats, startPostgres, startRedis, startService } from '#testing/servers';
import { compressed } from '../../apps/posts/src/exports/formats/compress.ts';
import { type FileFormat, writeRows } from '../../apps/posts/src/exports/formats/write-rows.ts';
import { cursorBatches } from '../../apps/posts/src/exports/sources/cursor-batches.store.ts';
import { documentForm, documentsQuery } from '../../apps/posts/src/exports/sources/document-rows.ts';
import { cpuOf } from './load.ts';
import { type Duration, lesser, noRound, spentBy } from './measure.ts';

/** As documents of a collection are: each with its analysis. */
export interface StoredDocument {
  readonly id: string;
  readonly text: string;
  readonly language: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly analysis: TextAnalysis;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type Format = Pick<FileFormat, 'format' | 'compression'>;
const options = { isFormulaGuarded: true, hasByteOrderMark: false, rowsPerFile: 2 ** 31 };

/** The least of some rounds, and the CPU seconds of PostgreSQL in the same. */
export interface StoredExport extends Duration {
  readonly postgresSeconds: number;
  readonly sizeBytes: number;
}

export async function withStored<T>(rows: readonly StoredDocument[], use: (stored: StoredExports) => Promise<T>): Promise<T> {
  const postgres = await startPostgres();
  const client = new pg.Client({ connectionString: postgres.url });
  try {
    await makeTables(postgres.url);
    await client.connect();
    return await use(new StoredExports(client, postgres, await store(client, rows)));
  } finally {
    await client.end();
    await postgres.stop();
  }
}

/** The service makes them as it starts. */
async function makeTables(url: string): Promise<void> {
  const [nats, redis] = await Promise.all([startNats(), startRedis()]);
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-bench-'));
  const environment = { DATABASE_URL: url, NATS_URL: nats.url, REDIS_URL: redis.url, BLOB_STORE_URL: `file://${folder}` };
  const service = await startService('posts', { ...environment, LOG_LEVEL: 'silent' });
  await service.stop();
  for (const server of [nats, redis]) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** @returns the id of their collection */
async function store(client: pg.Client, rows: readonly StoredDocument[]): Promise<string> {
  const collectionId = randomUUID();
  for (let start = 0; start < rows.length; start += 1_000)
    await client.query(
      `INSERT INTO documents.document (collection_id, external_id, text, language, metadata, analysis, created_at, updated_at)
       SELECT $1, id, text, language, metadata, analysis, "createdAt", "updatedAt"
       FROM json_to_recordset($2) AS row(id text, text text, language text, metadata jsonb, analysis jsonb, "createdAt" timestamptz, "updatedAt" timestamptz)`,
      [collectionId, JSON.stringify(rows.slice(start, start + 1_000))],
    );
  await client.query('VACUUM ANALYZE documents.document');
  return collectionId;
}

export class StoredExports {
  readonly #client: pg.Client;
  readonly #postgres: { readonly pid: number };
  readonly #collectionId: string;

  constructor(client: pg.Client, postgres: { readonly pid: number }, collectionId: string) {
    [this.#client, this.#postgres, this.#collectionId] = [client, postgres, collectionId];
  }

  async measure(format: Format, rounds: number): Promise<StoredExport> {
    let [best, postgresSeconds, sizeBytes] = [noRound, Number.POSITIVE_INFINITY, 0];
    for (let round = 0; round < rounds; round++) {
      const before = cpuOf(this.#postgres.pid);
      const spent = await spentBy(async () => {
        sizeBytes = await this.read(format, () => undefined);
      });
      best = lesser(best, spent);
      postgresSeconds = Math.min(postgresSeconds, cpuOf(this.#postgres.pid) - before);
    }
    return { ...best, postgresSeconds, sizeBytes };
  }

  /** @param times how often each document is a row @returns bytes of the file */
  async read(format: Format, onPiece: (piece: Uint8Array) => Promise<unknown> | undefined, times = 1): Promise<number> {
    const query = async (sql: string, values: unknown[] = []) => (await this.#client.query(sql, values)).rows;
    await query('BEGIN');
    let bytes = 0;
    const { sql, ...documents } = documentsQuery(this.#collectionId, format.format);
    const asked = { ...documents, sql: Array.from({ length: times }, () => `(${sql})`).join(' UNION ALL ') };
    const batches = cursorBatches<never>({ query } as unknown as EntityManager, asked);
    for await (const piece of compressed(writeRows(batches, { ...format, ...options }, documentForm), format.compression)) {
      await onPiece(piece as Uint8Array);
      bytes += (piece as Uint8Array).length;
    }
    await query('COMMIT');
    return bytes;
  }
}

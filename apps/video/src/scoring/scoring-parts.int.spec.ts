/** Scoring over two copies of the service on a real PostgreSQL, NATS and blob store. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import type * as z from 'zod';
import { Compute } from '#compute';
import { type Job, readScorePart, scoreSummary, scoreVideos } from '#contracts';
import {
  Database,
  erasureMigrations,
  JobEngine,
  type JobHandler,
  jobsMigrations,
  Log,
  openCall,
  runInCall,
  usageMigrations,
} from '#platform';
import { type BlobStore, blobsMigrations, openFsBlobStore, queryRows } from '#storage';
import { type ManagedServer, startNats, type TestDatabase, testDatabase } from '#testing';
import { ScorePartJob } from './part.job.ts';
import { PartStore } from './part.store.ts';
import { PartReader } from './part-reader.service.ts';
import { AddScorerToScoreRuns1798700000000, CreateScoreRuns1795600600000 } from './score.migration.ts';
import { ScoreRunRow, ScoreStore } from './score.store.ts';
import { Scorers } from './scorers/scorers.service.ts';
import { ScoringService } from './scoring.service.ts';

let nats: ManagedServer;
let testing: TestDatabase;
let folder: string;
let blobs: BlobStore;
let compute: Compute;
const config = { WORKER_THREADS: 1, VIDEO_SCORE_MEMORY_MB: 256, VIDEO_SCORE_KEEP_MONTHS: 12 };
const closing: (() => Promise<unknown>)[] = [];
const noScorers = new Scorers(Log.open({ service: 'video', instance: 'test', level: 'silent' }), {
  VIDEO_SCORERS_FOLDER: undefined,
  VIDEO_SCORE_MEMORY_MB: 64,
});
const ownerId = randomUUID();
const log = Log.open({ service: 'video', instance: 'test', level: 'silent' });

beforeAll(async () => {
  nats = await startNats();
  testing = await testDatabase('scoring_parts');
  folder = await mkdtemp(join(tmpdir(), 'rafaga-score-parts-'));
  blobs = await openFsBlobStore(folder);
  compute = new Compute({ threads: 1 });
}, 60_000);
afterAll(async () => {
  for (const close of closing) await close();
  await compute?.close({ drainMs: 0 });
  await testing?.drop();
  await nats?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A copy of the service with connections of its own. */
async function openCopy() {
  const migrations = [
    blobsMigrations,
    erasureMigrations,
    jobsMigrations,
    usageMigrations,
    { schema: 'video', steps: [CreateScoreRuns1795600600000, AddScorerToScoreRuns1798700000000] },
  ];
  const postgres = { url: testing.url, schema: 'video', applicationName: 'video', poolSize: 4, entities: [ScoreRunRow], migrations };
  const database = new Database(() => postgres, log);
  database.onModuleInit();
  await database.whenOpen();
  const connection = await connect({ servers: nats.url });
  const attempts = { leaseMs: 1_500, stopGraceMs: 200, recordWithinMs: 500 };
  const reconciler = { everyMs: 300, missedAfterMs: 500 };
  const engine = new JobEngine({ database, link: { connection }, log, databaseUrl: testing.url, attempts, reconciler });
  const held = new PartStore(database);
  const parts = new PartReader(database, engine.store, engine.feed, held, blobs);
  const scoring = new ScoringService(new ScoreStore(database), compute, parts, noScorers, blobs, config);
  const cutOff = async () => {
    await connection.close();
    await database.close();
  };
  closing.push(async () => {
    await engine.stop(0);
    await cutOff();
  });
  const readPart = new ScorePartJob(compute, held, blobs, config).run;
  return { database, engine, held, parts, scoring, readPart, cutOff };
}

type Options = Partial<z.input<typeof scoreVideos.request>>;

async function score({ scoring }: Awaited<ReturnType<typeof openCopy>>, body: string, options: Options) {
  const { sha256, sizeBytes } = await blobs.write(Readable.from([Buffer.from(body)]), { maxBytes: 1 << 26 });
  const request = { blobSha256: sha256, sizeBytes, format: 'ndjson', weights: { views: 0.7, likes: -0.3 }, ...options };
  const call = { ...openCall({ deadlineMs: 120_000 }), subject: ownerId };
  const { file } = await runInCall(call, () => scoring.score(scoreVideos.request.parse(request)));
  const { stream } = await blobs.openRead(file.sha256);
  const bytes = Buffer.concat(await stream.toArray());
  const end = bytes.indexOf(10);
  return { summary: scoreSummary.parse(JSON.parse(bytes.toString('utf8', 0, end)).summary), rows: bytes.subarray(end + 1) };
}

const lines = Array.from({ length: 102_000 }, (_, at) =>
  at % 30_011 === 7
    ? 'no row'
    : `{"id":"v${at}","views":${((at * 7_919) % 100_003) / 7},"likes":${at % 3 ? at : null},"channel":"c${at % 9}"}`,
).join('\n');

describe('distributed scoring', () => {
  it('gives the same bytes as inline, also when a copy is cut off in the middle of its part', async () => {
    const [doomed, alive] = [await openCopy(), await openCopy()];
    const began = Promise.withResolvers<void>();
    const hangs: JobHandler<typeof readScorePart> = (_, run) => {
      began.resolve();
      return new Promise((_resolve, reject) => run.signal.addEventListener('abort', () => reject(run.signal.reason)));
    };
    doomed.engine.handle(readScorePart, hangs, { concurrency: 1 });
    doomed.engine.start();
    alive.engine.handle(readScorePart, alive.readPart, { concurrency: 1 });
    const inline = await score(alive, lines, { method: 'inline', groupBy: 'channel' });
    const asked = score(alive, lines, { method: 'distributed', groupBy: 'channel' });
    await began.promise;
    alive.engine.start();
    await doomed.cutOff();
    const distributed = await asked;
    expect(distributed.rows.equals(inline.rows)).toBe(true);
    expect(distributed.summary).toEqual({
      ...inline.summary,
      ...{ method: 'distributed', methodReason: 'The request asks for it.', computeMs: expect.any(Number) },
    });
    expect(distributed.summary).toMatchObject({ rowCount: 101_996, refusedCount: 4 });
    const { items } = await alive.engine.store.list(ownerId, { limit: 10 });
    expect(items.map(({ state, attempts }: Job) => `${state} ${attempts}`).sort()).toEqual(['succeeded 1', 'succeeded 2']);
    expect(items.map(({ result }) => readScorePart.output.parse(result).rowCount).sort()).toEqual([49_998, 51_998]);
  }, 150_000);

  it('refuses too many groups as inline does, and ends the other parts', async () => {
    const copy = await openCopy();
    copy.engine.handle(readScorePart, copy.readPart, { concurrency: 1 });
    copy.engine.start();
    const body = Array.from({ length: 100_000 }, (_, at) => `{"id":${at},"views":${at},"g":${at}}`).join('\n');
    const options = { weights: { views: 1 }, groupBy: 'g', method: 'distributed' } as const;
    await expect(score(copy, body, options)).rejects.toMatchObject({ code: 'score-groups-too-many' });
    const { items } = await copy.engine.store.list(ownerId, { limit: 2 });
    expect(items.every(({ endedAt }) => endedAt !== null)).toBe(true);
  }, 60_000);

  it('refuses a body without a row as inline does', async () => {
    const copy = await openCopy();
    copy.engine.handle(readScorePart, copy.readPart, { concurrency: 1 });
    copy.engine.start();
    await expect(score(copy, 'no\n{}', { method: 'distributed' })).rejects.toMatchObject({
      code: 'score-lines-invalid',
      message: expect.stringContaining('Line 1: The line is not JSON. Line 2:'),
    });
  });

  it('leaves its turns to others while it waits for its parts', async () => {
    const copy = await openCopy();
    const waiting = Array.from({ length: 3 }, () => score(copy, '{"id":1,"views":1,"likes":2}', { method: 'distributed' }));
    expect((await score(copy, '{"id":2,"views":1,"likes":2}', { method: 'inline' })).summary.rowCount).toBe(1);
    copy.engine.handle(readScorePart, copy.readPart, { concurrency: 1 });
    copy.engine.start();
    expect((await Promise.all(waiting)).map(({ summary }) => summary.method)).toEqual(Array(3).fill('distributed'));
  }, 60_000);

  it('gives up a part whose run has ended, once', async () => {
    const copy = await openCopy();
    const { requestId, traceparent } = openCall({ deadlineMs: 1 });
    const part = { blobSha256: 'a'.repeat(64), startByte: 0, endByte: 1, firstLine: 1, names: ['views'], groupBy: null };
    const input = { ...part, deadlineAtMs: Date.now() - 1 };
    const order = { ownerId, input, context: { requestId, traceparent } };
    const { id } = await copy.database.transaction((tx) => copy.engine.store.enqueue(tx, readScorePart, order));
    copy.engine.handle(readScorePart, copy.readPart, { concurrency: 1 });
    copy.engine.start();
    let last: Job | undefined;
    for await (const { job } of copy.engine.feed.watch(id, ownerId, 0, AbortSignal.timeout(50_000))) last = job;
    expect(last).toMatchObject({ state: 'failed', attempts: 1, reason: { code: 'cancelled' } });
  }, 60_000);
});

describe('the columns of parts', () => {
  const body = '{"id":1,"views":1,"likes":2}';
  const fields = { names: ['views', 'likes'], groupBy: null };
  const { signal } = new AbortController();
  const rowsOf = (database: Database, sql: string) => queryRows<{ n: number }>(database.source, sql).then(([row]) => Number(row?.n));
  const heldCount = (database: Database) =>
    rowsOf(database, `SELECT count(*) AS n FROM blobs.reference WHERE holder LIKE 'video.score-part:%'`);
  const storedBytes = (database: Database, owner: string) =>
    rowsOf(database, `SELECT coalesce(sum(amount), 0) AS n FROM usage.daily WHERE owner_id = '${owner}' AND meter = 'storageBytes'`);

  async function readBy(owner: string, use: (copy: Awaited<ReturnType<typeof openCopy>>) => Promise<unknown>) {
    const copy = await openCopy();
    copy.engine.handle(readScorePart, copy.readPart, { concurrency: 1 });
    copy.engine.start();
    const { sha256: blobSha256 } = await blobs.write(Readable.from([Buffer.from(body)]), { maxBytes: 1_000 });
    const call = { ...openCall({ deadlineMs: 50_000 }), subject: owner };
    const reading = { blobSha256, fields, signal };
    return { copy, read: () => runInCall(call, () => copy.parts.read(reading, async () => use(copy))) };
  }

  it('are held and count as stored until the run has read them', async () => {
    const owner = randomUUID();
    const { copy, read } = await readBy(owner, async ({ database }) => [await heldCount(database), await storedBytes(database, owner)]);
    const [held, bytes] = (await read()) as [number, number];
    expect([held, bytes > 100]).toEqual([1, true]);
    expect([await heldCount(copy.database), await storedBytes(copy.database, owner)]).toEqual([0, 0]);
  }, 60_000);

  it('are given back when the run fails', async () => {
    const owner = randomUUID();
    const { copy, read } = await readBy(owner, () => Promise.reject(new Error('broken')));
    await expect(read()).rejects.toThrow('broken');
    expect([await heldCount(copy.database), await storedBytes(copy.database, owner)]).toEqual([0, 0]);
  }, 60_000);

  it('are given back later when the process of the run died', async () => {
    const owner = randomUUID();
    const { copy, read } = await readBy(owner, async ({ database, held }) => {
      expect(await held.releaseAbandoned()).toBe(0);
      await queryRows(
        database.source,
        `UPDATE blobs.reference SET held_at = now() - interval '11 minutes' WHERE holder LIKE 'video.score-part:%'`,
      );
      return held.releaseAbandoned();
    });
    expect(await read()).toBe(1);
    expect([await heldCount(copy.database), await storedBytes(copy.database, owner)]).toEqual([0, 0]);
  }, 60_000);

  it('need room in the quota of the owner', async () => {
    const owner = randomUUID();
    const { copy, read } = await readBy(owner, async () => undefined);
    await queryRows(copy.database.source, `INSERT INTO usage.quota (owner_id, meter, amount) VALUES ('${owner}', 'storageBytes', 10)`);
    await expect(read()).rejects.toMatchObject({ code: 'quota-exceeded' });
    expect((await copy.engine.store.list(owner, { limit: 2 })).items).toEqual([]);
  }, 60_000);
});

/** Scoring on a real PostgreSQL, a blob store and worker threads. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import type * as z from 'zod';
import { Compute } from '#compute';
import { listScoreRuns, type ScoreRow, type ScoreSummary, scoreRow, scoreRun, scoreSummary, scoreVideos } from '#contracts';
import { Database, Log, openCall, runInCall } from '#platform';
import { type BlobStore, blobsMigrations, isLockTimeout, openFsBlobStore, queryRows } from '#storage';
import { Blocker, queryPlans, type TestDatabase, testDatabase } from '#testing';
import type { PartReader } from './part-reader.service.ts';
import { AddScorerToScoreRuns1798700000000, CreateScoreRuns1795600600000 } from './score.migration.ts';
import { ScoreRunRow, ScoreStore } from './score.store.ts';
import { monthStart, partitionOf } from './score-months.ts';
import { ScorePartitionStore } from './score-partition.store.ts';
import { ScoreRunService } from './score-run.service.ts';
import { Scorers } from './scorers/scorers.service.ts';
import { ScoringService } from './scoring.service.ts';

let testing: TestDatabase;
let folder: string;
let database: Database;
let blobs: BlobStore;
let compute: Compute;
let scorers: Scorers;
let scoring: ScoringService;
let runs: ScoreRunService;
let partitions: ScorePartitionStore;
const config = { WORKER_THREADS: 1, VIDEO_SCORE_MEMORY_MB: 256, VIDEO_SCORE_KEEP_MONTHS: 12 };
const noParts = { read: () => Promise.reject(new Error('not distributed here')) } as unknown as PartReader;
const ownerId = randomUUID();
const as = <T>(subject: string, call: () => Promise<T>) => runInCall({ ...openCall({ deadlineMs: 60_000 }), subject }, call);
const rows = <Row>(sql: string, parameters: unknown[] = []) => queryRows<Row>(database.source, sql, parameters);

/** A folder with one scorer, which puts few views first. */
async function scorersIn(path: string): Promise<string> {
  await mkdir(join(path, 'least'), { recursive: true });
  await writeFile(
    join(path, 'least', 'scorer.json'),
    JSON.stringify({ name: 'least-viewed', version: '1.2.0', description: 'Few views first.' }),
  );
  await writeFile(
    join(path, 'least', 'scorer.js'),
    'function score({ columns, rowCount }) { return columns.views.map((views) => -views); }',
  );
  return path;
}

beforeAll(async () => {
  testing = await testDatabase('scoring');
  folder = await mkdtemp(join(tmpdir(), 'rafaga-scoring-'));
  const migrations = [blobsMigrations, { schema: 'video', steps: [CreateScoreRuns1795600600000, AddScorerToScoreRuns1798700000000] }];
  const timeouts = { statementMs: 120_000 }; // 100,000 rows take longer on a busy machine
  const postgres = {
    url: testing.url,
    schema: 'video',
    applicationName: 'video',
    poolSize: 4,
    entities: [ScoreRunRow],
    migrations,
    timeouts,
  };
  database = new Database(() => postgres, Log.open({ service: 'video', instance: 'test', level: 'silent' }));
  database.onModuleInit();
  await database.whenOpen();
  blobs = await openFsBlobStore(folder);
  compute = new Compute({ threads: 1 });
  scorers = new Scorers(Log.open({ service: 'video', instance: 'test', level: 'silent' }), {
    VIDEO_SCORERS_FOLDER: await scorersIn(join(folder, 'scorers')),
    VIDEO_SCORE_MEMORY_MB: config.VIDEO_SCORE_MEMORY_MB,
  });
  await scorers.onApplicationBootstrap();
  const store = new ScoreStore(database);
  scoring = new ScoringService(store, compute, noParts, scorers, blobs, config);
  runs = new ScoreRunService(store, config);
  partitions = new ScorePartitionStore(database);
}, 60_000);
afterAll(async () => {
  await compute?.close({ drainMs: 0 });
  await database?.close();
  await testing?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function score(body: string, options: Partial<z.input<typeof scoreVideos.request>> = {}, owner = ownerId) {
  const { sha256, sizeBytes } = await blobs.write(Readable.from([Buffer.from(body)]), { maxBytes: 1 << 26 });
  const request = { blobSha256: sha256, sizeBytes, format: 'ndjson', weights: { views: 1 }, method: 'inline', ...options };
  const { runId, file } = await as(owner, () => scoring.score(scoreVideos.request.parse(request)));
  const { stream } = await blobs.openRead(file.sha256);
  return { runId, file, bytes: Buffer.concat(await stream.toArray()) };
}

async function scoreLines(body: string, options: Parameters<typeof score>[1] = {}) {
  const { bytes, runId } = await score(body, options);
  const [first, ...rest] = bytes.toString().trimEnd().split('\n');
  const summary: ScoreSummary = scoreSummary.parse(JSON.parse(first!).summary);
  return { runId, summary, rows: rest.map((line): ScoreRow => scoreRow.parse(JSON.parse(line))) };
}

const lines = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    JSON.stringify({ id: `vidéo ${at}\\"`, views: (at * 37) % 101, likes: at % 3 ? at : null, channel: at % 2 ? 'a\tb\\' : undefined }),
  ).join('\n');

describe('scoring a body', () => {
  it('answers a summary and a row for each line that could be taken', async () => {
    const { summary, rows } = await scoreLines('{"id":"a","views":1}\nno\n\n{"id":"b","views":3}\n{"id":"c"}');
    expect(summary).toMatchObject({
      ...{ runId: null, rowCount: 3, refusedCount: 1, method: 'inline', groupBy: null, groups: [] },
      columns: [{ name: 'views', weight: 1, mean: 2, standardDeviation: 1, min: 1, max: 3, presentCount: 2 }],
      badLines: [{ line: 2, code: 'json-invalid', detail: 'The line is not JSON.' }],
    });
    const none = { group: null, groupPercentileRank: null };
    expect(rows).toEqual([
      { line: 1, id: 'a', score: -1, percentileRank: 100 / 6, zScores: { views: -1 }, ...none },
      { line: 4, id: 'b', score: 1, percentileRank: 500 / 6, zScores: { views: 1 }, ...none },
      { line: 5, id: 'c', score: 0, percentileRank: 50, zScores: { views: null }, ...none },
    ]);
  });

  const options = { weights: { views: 0.7, likes: -0.3 }, groupBy: 'channel' };

  it('gives the same on threads as inline', async () => {
    const body = lines(6_000);
    const [inline, threads] = [await scoreLines(body, options), await scoreLines(body, { ...options, method: 'threads' })];
    expect(threads.summary.method).toBe('threads');
    expect(JSON.stringify(threads.rows)).toBe(JSON.stringify(inline.rows)); // toEqual takes seconds for so many
    expect(threads.summary.columns).toEqual(inline.summary.columns);
    expect(inline.rows).toHaveLength(6_000);
  });

  it('gives the same as Arrow', async () => {
    const body = lines(6_000);
    const [expected, { bytes, file }] = [await scoreLines(body, options), await score(body, { ...options, format: 'arrow' })];
    expect(file.contentType).toBe('application/vnd.apache.arrow.stream');
    const table = tableFromIPC(bytes);
    const summary = scoreSummary.parse(JSON.parse(table.schema.metadata.get('rafaga.summary')!));
    expect({ ...summary, computeMs: 0 }).toEqual({ ...expected.summary, computeMs: 0 });
    const taken = table
      .toArray()
      .map(({ 'zScores.views': views, 'zScores.likes': likes, ...row }) => ({ ...row, zScores: { views, likes } }));
    const inOneForm = (row: ScoreRow) => [
      row.line,
      row.id,
      row.group,
      row.score,
      row.percentileRank,
      row.groupPercentileRank,
      row.zScores.views,
      row.zScores.likes,
    ];
    expect(JSON.stringify(taken.map(inOneForm))).toBe(JSON.stringify(expected.rows.map(inOneForm)));
  });

  it('takes the scores of a scorer, ranks by them, and keeps its name with the run', async () => {
    const options = { scorer: 'least-viewed', save: true };
    const { summary, rows, runId } = await scoreLines('{"id":"a","views":1}\n{"id":"b","views":3}', options);
    expect(summary.scorer).toBe('least-viewed@1.2.0');
    expect(rows.map(({ id, score, percentileRank, zScores }) => [id, score, percentileRank, zScores.views])).toEqual([
      ['a', -1, 75, -1],
      ['b', -3, 25, 1],
    ]);
    expect(scoreRun.parse(await as(ownerId, () => runs.get(runId!))).scorer).toBe('least-viewed@1.2.0');
    await expect(score('{"id":"a"}', { scorer: 'unknown' })).rejects.toMatchObject({ code: 'scorer-not-found' });
  });

  it('waits for the memory of a scorer too', async () => {
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const openRead: BlobStore['openRead'] = async (...of) => {
      order.push('opened');
      if (order.length === 1) await first.promise;
      return blobs.openRead(...of);
    };
    const write: BlobStore['write'] = async (...of) => {
      const stored = await blobs.write(...of);
      order.push('written');
      return stored;
    };
    const gated = new ScoringService(new ScoreStore(database), compute, noParts, scorers, { ...blobs, openRead, write }, config);
    const { sha256 } = await blobs.write(Readable.from([Buffer.from('{"id":1,"views":1}')]), { maxBytes: 100 });
    const ask = (options: object) =>
      as(ownerId, () =>
        gated.score(
          scoreVideos.request.parse({ blobSha256: sha256, format: 'ndjson', weights: { views: 1 }, method: 'inline', ...options }),
        ),
      );
    const large = ask({ sizeBytes: 100 * 1_048_576 });
    const scored = ask({ sizeBytes: 1, scorer: 'least-viewed' });
    await new Promise(setImmediate);
    first.resolve();
    await Promise.all([large, scored]);
    expect(order).toEqual(['opened', 'written', 'opened', 'written']);
  });

  it('leaves out a scorer that needs more memory than there is', async () => {
    const small = { VIDEO_SCORERS_FOLDER: join(folder, 'scorers'), VIDEO_SCORE_MEMORY_MB: 128 };
    const installed = new Scorers(Log.open({ service: 'video', instance: 'test', level: 'silent' }), small);
    await installed.onApplicationBootstrap();
    expect(installed.list()).toEqual([]);
  });

  it('says what it chose and why', async () => {
    const { summary } = await scoreLines('{"id":"a","views":1}', { method: 'auto' });
    expect([summary.method, summary.methodReason]).toEqual([
      'inline',
      expect.stringMatching(/^20 bytes: about 0 ms inline, \d+ ms on threads/),
    ]);
  });

  it.each<[string, string, Parameters<typeof score>[1], string]>([
    ['no line can be taken', 'no\n{}', {}, 'score-lines-invalid'],
    ['every line is blank', '\n\n', {}, 'score-lines-invalid'],
    [
      'there are too many groups',
      Array.from({ length: 1_001 }, (_, at) => `{"id":"a","g":${at}}`).join('\n'),
      { groupBy: 'g' },
      'score-groups-too-many',
    ],
    ['the body is too large', 'x', { sizeBytes: 600 * 1_048_576 }, 'payload-too-large'],
    ['the body is gone', 'x', { blobSha256: '0'.repeat(64) }, 'file-lost'],
  ])('is refused when %s', async (_what, body, options, code) => {
    await expect(score(body, options)).rejects.toMatchObject({ code });
    await expect(score(body, { ...options, method: 'threads' })).rejects.toMatchObject({ code });
  });

  it.each([{}, { views: 0 }, { 'a b': 1 }, { views: '1e3' }, Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`f${at}`, 1]))])(
    'is refused with the weights %j',
    (weights) => expect(scoreVideos.request.shape.weights.safeParse(weights).success).toBe(false),
  );
});

describe('a saved run', () => {
  const options = { save: true, title: 'Spring', weights: { views: 1, likes: 2 }, groupBy: 'channel' };

  it('is read back as it was answered, in every order', async () => {
    const { runId, rows: answered } = await scoreLines(lines(250), options);
    const run = scoreRun.parse(await as(ownerId, () => runs.get(runId!)));
    expect(run).toMatchObject({ id: runId, state: 'ready', title: 'Spring', rowCount: 250, groupBy: 'channel' });
    const byScore = answered.map((row) => row.score).sort((a, b) => b - a);
    for (const sort of ['line', '-line', 'score', '-score'] as const) {
      const read: ScoreRow[] = [];
      let cursor: string | undefined;
      do {
        const page = await as(ownerId, () => runs.rows({ scoreRunId: runId!, limit: 100, sort, cursor }));
        read.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      const ordered = sort.startsWith('-') === sort.endsWith('score') ? read : [...read].reverse();
      if (sort.endsWith('line')) expect(ordered).toEqual(answered);
      else expect(ordered.map((row) => row.score)).toEqual(byScore);
      expect([...read].sort((a, b) => a.line - b.line)).toEqual(answered);
    }
  });

  it('is listed, changed and deleted by its owner alone', async () => {
    const { runId } = await scoreLines(lines(3), options);
    const [id, stranger] = [runId!, randomUUID()];
    const page = { limit: 10, sort: 'line' } as const;
    const calls: (() => Promise<unknown>)[] = [
      () => runs.get(id),
      () => runs.rows({ scoreRunId: id, ...page }),
      () => runs.update({ scoreRunId: id, title: 'Mine' }),
      () => runs.remove(id),
    ];
    for (const call of calls) await expect(as(stranger, call)).rejects.toMatchObject({ code: 'score-run-not-found' });
    const changed = await as(ownerId, () => runs.update({ scoreRunId: id, ifRevision: 1, title: 'Summer' }));
    expect(changed).toMatchObject({ title: 'Summer', revision: 2 });
    await expect(as(ownerId, () => runs.update({ scoreRunId: id, ifRevision: 1, title: 'Late' }))).rejects.toMatchObject({
      code: 'precondition-failed',
    });
    const { items } = await as(ownerId, () => runs.list(listScoreRuns.request.parse({ q: 'summer' })));
    expect(items.map((each) => [each.id, each.groups])).toEqual([[id, undefined]]);
    await as(ownerId, () => runs.remove(id));
    expect(await rows('SELECT 1 FROM video.score_row WHERE run_id = $1', [id])).toEqual([]);
    await expect(as(ownerId, () => runs.get(id))).rejects.toMatchObject({ code: 'score-run-not-found' });
  });

  it('leaves nothing when its rows cannot be written', async () => {
    const before = await rows('SELECT id FROM video.score_run');
    const failing = new ScoreStore(database);
    const run = {
      rowsAt: new Date(),
      rowCount: 1,
      refusedCount: 0,
      method: 'inline',
      methodReason: '',
      computeMs: 0,
      scorer: null,
      columns: [],
      groups: [],
      badLines: [],
    } as const;
    const add = (chunk: string) =>
      failing.add(
        { ...run, id: randomUUID(), ownerId, title: '', columns: [], groups: [], badLines: [] },
        Readable.from([Buffer.from(chunk)]),
      );
    await expect(add('no row\n')).rejects.toMatchObject({ code: 'request-invalid' });
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('');
        throw new Error('the source broke');
      })(),
    );
    await expect(
      failing.add({ ...run, id: randomUUID(), ownerId, title: '', columns: [], groups: [], badLines: [] }, broken),
    ).rejects.toThrow('the source broke');
    expect(await rows('SELECT id FROM video.score_run')).toEqual(before);
  });

  it('refuses an externalId that another run has', async () => {
    await scoreLines(lines(3), { ...options, externalId: 'crm-1' });
    await expect(scoreLines(lines(4), { ...options, externalId: 'crm-1' })).rejects.toMatchObject({ code: 'external-id-taken' });
  });
});

describe('partitions of scored rows', () => {
  const names = async () =>
    (
      await rows<{ name: string }>(
        `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'video.score_row'::regclass ORDER BY relname`,
      )
    ).map(({ name }) => name);

  it('are made ahead once, also by two copies at the same time', async () => {
    const now = new Date('2030-11-15T00:00:00Z');
    const made = await Promise.all([partitions.makeAhead(now), partitions.makeAhead(now)]);
    expect(made.flat().sort()).toEqual(['score_row_2030_11', 'score_row_2030_12', 'score_row_2031_01']);
    expect(await partitions.makeAhead(now)).toEqual([]);
  });

  it('stay while somebody reads them for long, and nobody waits behind their removal for long', async () => {
    const now = new Date();
    await partitions.makeAhead(now);
    await using reader = await Blocker.open(database.source);
    await reader.query(`LOCK TABLE video.${partitionOf(now)} IN ACCESS SHARE MODE`);
    const failure = await partitions.dropExpired(monthStart(now, 13), 12).catch((error: unknown) => error);
    expect([isLockTimeout(failure), (await names()).includes(partitionOf(now))]).toEqual([true, true]);
  });

  it('are dropped with their runs when their months are over', async () => {
    const { runId } = await scoreLines(lines(3), { save: true });
    const now = new Date();
    expect(await partitions.dropExpired(monthStart(now, 12), 12)).toEqual([]);
    expect(await partitions.dropExpired(monthStart(now, 13), 12)).toEqual([partitionOf(now)]);
    expect(await names()).not.toContain(partitionOf(now));
    await expect(as(ownerId, () => runs.get(runId!))).rejects.toMatchObject({ code: 'score-run-not-found' });
    await scoreLines(lines(3), { save: true });
    expect(await names()).toContain(partitionOf(now));
  });

  it('are read by an index of one of them, among 100,000 rows', async () => {
    const now = new Date();
    await partitions.makeAhead(now);
    const { runId } = await scoreLines(lines(3), { save: true });
    await rows(
      `INSERT INTO video.score_row (run_id, month, line, place, score, percentile_rank, id, z_scores)
       SELECT CASE WHEN i % 50 = 0 THEN $2::uuid ELSE ('00000000-0000-4000-8000-' || lpad((i % 50)::text, 12, '0'))::uuid END, date_trunc('month', $1::timestamptz AT TIME ZONE 'UTC') + (i % 2) * interval '1 month', i + 3, i + 3, i, 1, 'v', '{}'
       FROM generate_series(1, 100000) AS i`,
      [now, runId],
    );
    await rows(
      `INSERT INTO video.score_run (id, owner_id, title, search_text, rows_at, row_count, refused_count, method, method_reason, compute_ms, columns, groups, bad_lines)
       SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((i % 500)::text, 12, '0'))::uuid, 'r', 'r', $1, 1, 0, 'inline', '', 1, '[]', '[]', '[]'
       FROM generate_series(1, 100000) AS i`,
      [now],
    );
    await rows('VACUUM ANALYZE video.score_row, video.score_run');
    for (const sort of ['line', '-line', 'score', '-score'] as const) {
      const plan = await queryPlans(database.source, () => as(ownerId, () => runs.rows({ scoreRunId: runId!, limit: 100, sort })));
      expect(plan).toContain('Index Scan');
      expect(plan).not.toContain('Seq Scan');
      expect(plan).not.toContain('Sort');
      expect(plan).toContain(partitionOf(now));
      expect(plan).not.toContain(partitionOf(monthStart(now, 1)));
    }
    for (const sort of ['createdAt', '-createdAt', 'title', '-title']) {
      const plan = await queryPlans(database.source, () => as(ownerId, () => runs.list(listScoreRuns.request.parse({ sort }))));
      expect(plan).toContain('Index Scan');
      expect(plan).not.toContain('Seq Scan');
    }
  }, 60_000);
});

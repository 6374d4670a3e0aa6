import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Compute, ConcurrencyLimiter } from '#compute';
import {
  Failure,
  type ReplyOf,
  type RequestOf,
  type ScoreFormat,
  type ScoreSummary,
  scoreBodyMaxBytes,
  type scoreVideos,
} from '#contracts';
import { BLOBS, requireCall, requireSubject } from '#platform';
import type { BlobStore, StoredBlob } from '#storage';
import type { ScoredTable } from './encode-rows.ts';
import { type ChosenMethod, MethodCosts } from './method-costs.ts';
import { PartReader } from './part-reader.service.ts';
import { type ReadBody, readBody } from './read-body.ts';
import type { ScoreFields } from './row-spool.ts';
import { RunAdmission } from './run-admission.ts';
import { scoredRows, scoreSeconds } from './score.metrics.ts';
import { ScoreStore } from './score.store.ts';
import { encodeAll, inlineEngine, type ScoreEngine, threadEngine } from './score-engine.ts';
import { monthKey } from './score-months.ts';
import { runScorer, scorerMemoryBytes } from './scorers/run-scorer.ts';
import type { Scorer } from './scorers/scorer-manifest.ts';
import { Scorers } from './scorers/scorers.service.ts';
import { SCORING_CONFIG, type ScoringConfig } from './scoring.config.ts';

type ScoreVideos = RequestOf<typeof scoreVideos>;

/** Runs that are computed at the same time, and runs that may wait for their turn or for their parts. */
const [runsAtOnce, runsWaiting] = [2, 16];
/** Leaves the others as much. */
const runsPerOwner = (runsAtOnce + runsWaiting) / 2;
/** What a run needs beside its rows: blocks that are read and parts that are written. */
const baseMemoryBytes = 32 * 1_048_576;
const resultMaxBytes = 4 * 1_024 ** 3;

const files = {
  ndjson: { contentType: 'application/x-ndjson', fileName: 'scores.ndjson' },
  arrow: { contentType: 'application/vnd.apache.arrow.stream', fileName: 'scores.arrows' },
} as const satisfies Record<ScoreFormat, object>;

@Injectable() // scores a body of metadata, stores the result, and keeps the run where it is asked to
export class ScoringService {
  private readonly admission = new RunAdmission({ altogether: runsAtOnce + runsWaiting, perOwner: runsPerOwner });
  private readonly limiter: ConcurrencyLimiter;
  private readonly costs: MethodCosts;

  constructor(
    private readonly scores: ScoreStore,
    private readonly compute: Compute,
    private readonly parts: PartReader,
    private readonly scorers: Scorers,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(SCORING_CONFIG) private readonly config: Pick<ScoringConfig, 'WORKER_THREADS' | 'VIDEO_SCORE_MEMORY_MB'>,
  ) {
    const memoryBytes = config.VIDEO_SCORE_MEMORY_MB * 1_048_576;
    this.limiter = new ConcurrencyLimiter({ cores: runsAtOnce, memoryBytes, maxQueue: runsWaiting });
    this.costs = new MethodCosts(config.WORKER_THREADS);
  }

  /** @throws Failure `payload-too-large`, `score-lines-invalid`, `score-groups-too-many`, `scorer-not-found`, `scorer-failed`, `external-id-taken`, `file-lost`, `storage-full`, `quota-exceeded`, `overloaded` */
  score(request: ScoreVideos): Promise<ReplyOf<typeof scoreVideos>> {
    if (request.sizeBytes > scoreBodyMaxBytes) throw new Failure('payload-too-large', `A body has at most ${scoreBodyMaxBytes} bytes.`);
    const scorer = request.scorer === undefined ? undefined : this.scorers.find(request.scorer);
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(requireCall().deadlineAtMs - Date.now())));
    return this.admission.run(requireSubject(), () => this.begin({ request, scorer, signal }));
  }

  /** The copies of the service that read the parts need room too: only what this one computes holds some. */
  private begin({ request, scorer, signal }: Order): Promise<ReplyOf<typeof scoreVideos>> {
    const { blobSha256, sizeBytes } = request;
    // Rows in columns take less memory than the lines they came from, the result as much again while it is written.
    const memoryBytes = baseMemoryBytes + sizeBytes + (scorer ? scorerMemoryBytes(scorer, sizeBytes) : 0);
    const compute = (how: Omit<Way, 'wasWarm'>) => {
      const run = () => this.run({ request, scorer, signal }, { ...how, wasWarm: this.compute.threads > 0 });
      return this.limiter.run({ cores: 1, memoryBytes }, run, signal);
    };
    const { method, reason } = this.choose(request, this.compute.threads > 0);
    const fields = fieldsOf(request);
    if (method !== 'distributed') return compute({ method, reason, read: (engine) => this.readHere(blobSha256, fields, engine) });
    const startedAtMs = performance.now();
    return this.parts.read({ blobSha256, fields, signal }, (read) => compute({ method, reason, read, startedAtMs }));
  }

  private async run(order: Order, way: Way): Promise<ReplyOf<typeof scoreVideos>> {
    const { request, signal } = order;
    const { method, reason, wasWarm, startedAtMs = performance.now() } = way;
    const engine = method === 'inline' ? inlineEngine : threadEngine(this.compute, this.config.WORKER_THREADS, signal);
    const { table, ...read } = await this.scored(order, engine, way);
    const run = { table, engine, facts: factsOf(request, table, { ...read, method, reason, computeMs: performance.now() - startedAtMs }) };
    const runId = request.save ? await this.save(request, run) : null;
    const stored = await this.store(request, run, runId, signal);
    const durationMs = performance.now() - startedAtMs;
    this.costs.record({ method, bodyBytes: request.sizeBytes, durationMs, wasWarm });
    scoreSeconds.observe({ method }, durationMs / 1_000);
    scoredRows.inc({ outcome: 'scored' }, run.facts.rowCount);
    scoredRows.inc({ outcome: 'refused' }, run.facts.refusedCount);
    return { runId, file: { sha256: stored.sha256, sizeBytes: stored.sizeBytes, ...files[request.format] } };
  }

  private choose({ method, sizeBytes }: ScoreVideos, isWarm: boolean): { method: ChosenMethod; reason: string } {
    return method === 'auto' ? this.costs.choose(sizeBytes, isWarm) : { method, reason: 'The request asks for it.' };
  }

  private async scored({ request, scorer, signal }: Order, engine: ScoreEngine, { read }: Pick<Way, 'read'>) {
    const { names } = fieldsOf(request);
    const weights = Object.values(request.weights);
    const { rows, ...facts } = await read(engine);
    const given = scorer && (await runScorer(scorer, { rows, names, weights, signal }));
    const table: ScoredTable = { rows, names, scores: await engine.score(rows, weights, given) };
    return { ...facts, scorer: scorer ? `${scorer.name}@${scorer.version}` : null, table };
  }

  private async readHere(blobSha256: string, fields: ScoreFields, engine: ScoreEngine): Promise<ReadBody> {
    const { stream } = await this.blobs.openRead(blobSha256);
    try {
      return await readBody(stream as AsyncIterable<Uint8Array>, fields, engine);
    } finally {
      stream.destroy();
    }
  }

  private async save({ title = '', tags, metadata, externalId }: ScoreVideos, { facts, table, engine }: Run): Promise<string> {
    const [id, rowsAt] = [randomUUID(), new Date()];
    const rows = encodeAll(engine, { table, format: { runId: id, month: monthKey(rowsAt) } });
    await this.scores.add({ ...facts, id, ownerId: requireSubject(), rowsAt, title, tags, metadata, externalId }, rows);
    return id;
  }

  private store({ format }: ScoreVideos, { facts, table, engine }: Run, runId: string | null, signal: AbortSignal): Promise<StoredBlob> {
    const summary = JSON.stringify({ runId, ...facts } satisfies ScoreSummary);
    return this.blobs.write(fileOf(summary, table, format, engine), { maxBytes: resultMaxBytes, signal });
  }
}

/** What is asked for. */
interface Order {
  readonly request: ScoreVideos;
  readonly scorer: Scorer | undefined;
  readonly signal: AbortSignal;
}

/** How it is computed. */
interface Way {
  readonly method: ChosenMethod;
  readonly reason: string;
  readonly read: (engine: ScoreEngine) => Promise<ReadBody>;
  /** Absent: now. */
  readonly startedAtMs?: number;
  readonly wasWarm: boolean;
}

const fieldsOf = ({ weights, groupBy }: ScoreVideos): ScoreFields => ({ names: Object.keys(weights), groupBy: groupBy ?? null });

/** What has been computed. */
interface Run {
  readonly facts: ScoreFacts;
  readonly table: ScoredTable;
  readonly engine: ScoreEngine;
}

type ScoreFacts = Omit<ScoreSummary, 'runId'>;
type ReadFacts = Pick<ReadBody, 'refusedCount' | 'badLines'> & {
  readonly scorer: string | null;
  readonly computeMs: number;
  readonly method: ChosenMethod;
  readonly reason: string;
};

function factsOf({ weights, groupBy }: ScoreVideos, { rows, names, scores }: ScoredTable, read: ReadFacts): ScoreFacts {
  const { method, reason, scorer, refusedCount, badLines, computeMs } = read;
  const columns = names.map((name, at) => ({ name, weight: weights[name]!, ...scores.columns[at]! }));
  return {
    rowCount: rows.rowCount,
    refusedCount,
    method,
    methodReason: reason,
    computeMs,
    scorer,
    columns,
    groupBy: groupBy ?? null,
    groups: scores.groups,
    badLines: [...badLines],
  };
}

async function* fileOf(summary: string, table: ScoredTable, format: ScoreFormat, engine: ScoreEngine): AsyncGenerator<Uint8Array> {
  const parts = () => encodeAll(engine, { table, format });
  if (format === 'ndjson') {
    yield Buffer.from(`{"summary":${summary}}\n`);
    yield* parts();
    return;
  }
  const { arrowEnd, encodeArrowHead } = await import('./encode-arrow.ts'); // only who asks for Arrow loads it
  yield encodeArrowHead(table.names, summary);
  yield* parts();
  yield arrowEnd;
}

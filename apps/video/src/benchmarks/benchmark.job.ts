import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Compute } from '#compute';
import { runVideoBenchmark } from '#contracts';
import { BLOBS, Database, type JobHandler } from '#platform';
import { BlobReferences, type BlobStore, queryRows } from '#storage';
import { inlineEngine, threadEngine } from '../scoring/score-engine.ts';
import { SCORING_CONFIG, type ScoringConfig } from '../scoring/scoring.config.ts';
import { benchmarkPage } from './benchmark-page.ts';
import { runBenchmark } from './run-benchmark.ts';
import { scoredMethods } from './scored-methods.ts';

const reportMaxBytes = 8 << 20;
/** The benchmark that is waited for wakes this one when it ends; this is for a wake-up that was lost. */
const longestWaitMs = 30_000;

@Injectable() // measures this copy of the service under rising load, one benchmark at a time in the whole installation
export class BenchmarkJob {
  constructor(
    private readonly database: Database,
    private readonly compute: Compute,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(SCORING_CONFIG) private readonly config: Pick<ScoringConfig, 'WORKER_THREADS'>,
  ) {}

  readonly run: JobHandler<typeof runVideoBenchmark> = async (request, run) => {
    const other = await this.earlier(run.jobId);
    if (other !== undefined) return run.defer({ phase: 'waiting', waitsFor: other, atMostMs: longestWaitMs });
    const engines = { inline: inlineEngine, threads: threadEngine(this.compute, this.config.WORKER_THREADS, run.signal) };
    const onProgress = (share: number) => run.progress('measuring', 100 * share);
    const report = await runBenchmark({ ...request, signal: run.signal, onProgress }, scoredMethods(engines, request.rows));
    const [json, html] = [await this.store(JSON.stringify(report, null, 2)), await this.store(benchmarkPage(report))];
    const bestRowsPerSecond = Math.max(...report.steps.map(({ rowsPerSecond }) => rowsPerSecond));
    return run.complete({ json, html, bestRowsPerSecond }, async (tx) => {
      for (const { sha256 } of [json, html]) await BlobReferences.hold(tx, sha256, `video.benchmark:${run.jobId}`);
    });
  };

  /** A running benchmark that began before this one: two that see each other agree on which goes first. */
  private async earlier(jobId: string): Promise<string | undefined> {
    const [other] = await queryRows<{ id: string }>(
      this.database.source,
      `SELECT j.id FROM jobs.job j, jobs.job own
       WHERE own.id = $1 AND j.kind = $2 AND j.state = 'running' AND (j.created_at, j.id) < (own.created_at, own.id)
       ORDER BY j.created_at, j.id LIMIT 1`,
      [jobId, runVideoBenchmark.name],
    );
    return other?.id;
  }

  private async store(text: string): Promise<{ sha256: string; sizeBytes: number }> {
    const { sha256, sizeBytes } = await this.blobs.write(Readable.from([Buffer.from(text)]), { maxBytes: reportMaxBytes });
    return { sha256, sizeBytes };
  }
}

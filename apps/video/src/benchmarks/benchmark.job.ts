import type { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Compute } from '#compute';
import { Failure, type InputOf, runVideoBenchmark } from '#contracts';
import { BLOBS, Database, type JobHandler } from '#platform';
import { BlobReferences, type BlobStore, queryRows } from '#storage';
import { inlineEngine, threadEngine } from '../scoring/score-engine.ts';
import { SCORING_CONFIG, type ScoringConfig } from '../scoring/scoring.config.ts';
import { benchmarkPage } from './benchmark-page.ts';
import { runBenchmark } from './run-benchmark.ts';
import { scoredMethods } from './scored-methods.ts';

const reportMaxBytes = 8 << 20;
/** The benchmark that is waited for wakes this one when it ends; this is for a wake-up that was lost, and for a lock without a running job. */
const longestWaitMs = 5_000;
const benchmarkLock = `hashtext('video'), hashtext('benchmark')`;

type Run = Parameters<JobHandler<typeof runVideoBenchmark>>[1];

interface BenchmarkLock {
  /** Aborts when the lock is lost and others may take it. */
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
}

@Injectable() // measures this copy of the service under rising load, one benchmark at a time in the whole installation
export class BenchmarkJob {
  constructor(
    private readonly database: Database,
    private readonly compute: Compute,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(SCORING_CONFIG) private readonly config: Pick<ScoringConfig, 'WORKER_THREADS'>,
  ) {}

  readonly run: JobHandler<typeof runVideoBenchmark> = async (request, run) => {
    const lock = await this.takeLock();
    if (!lock) return run.defer({ phase: 'waiting', ...(await this.runningBeside(run.jobId)), atMostMs: longestWaitMs });
    try {
      return await this.measure(request, run, AbortSignal.any([run.signal, lock.lost]));
    } finally {
      await lock.release();
    }
  };

  private async measure(request: InputOf<typeof runVideoBenchmark>, run: Run, signal: AbortSignal) {
    run.progress('measuring', 0);
    const engines = { inline: inlineEngine, threads: threadEngine(this.compute, this.config.WORKER_THREADS, signal) };
    const onProgress = (share: number) => run.progress('measuring', 100 * share);
    const report = await runBenchmark({ ...request, signal, onProgress }, scoredMethods(engines, request.rows));
    const [json, html] = [await this.store(JSON.stringify(report, null, 2)), await this.store(benchmarkPage(report))];
    const bestRowsPerSecond = Math.max(...report.steps.map(({ rowsPerSecond }) => rowsPerSecond));
    return run.complete({ json, html, bestRowsPerSecond }, async (tx) => {
      for (const { sha256 } of [json, html]) await BlobReferences.hold(tx, sha256, `video.benchmark:${run.jobId}`);
    });
  }

  /** A lock of a connection of its own, which PostgreSQL releases when this process or the connection ends. @returns undefined while another benchmark has it */
  private async takeLock(): Promise<BenchmarkLock | undefined> {
    const runner = this.database.source.createQueryRunner();
    const lost = new AbortController();
    const onLost = () => lost.abort(new Failure('service-unavailable', 'The connection that held the lock of benchmarks was lost.'));
    try {
      const connection: EventEmitter = await runner.connect();
      const [answer] = await queryRows<{ mine: boolean }>(runner, `SELECT pg_try_advisory_lock(${benchmarkLock}) AS mine`);
      if (!answer?.mine) {
        await runner.release();
        return undefined;
      }
      connection.once('end', onLost);
      const release = async () => {
        connection.off('end', onLost);
        await runner.query(`SELECT pg_advisory_unlock(${benchmarkLock})`).catch(() => undefined); // a lost connection has released the lock
        await runner.release();
      };
      return { lost: lost.signal, release };
    } catch (error) {
      await runner.release();
      throw error;
    }
  }

  private async runningBeside(jobId: string): Promise<{ readonly waitsFor?: string }> {
    const [other] = await queryRows<{ id: string }>(
      this.database.source,
      `SELECT id FROM jobs.job WHERE kind = $1 AND state = 'running' AND id <> $2 ORDER BY started_at, id LIMIT 1`,
      [runVideoBenchmark.name, jobId],
    );
    return other ? { waitsFor: other.id } : {};
  }

  private async store(text: string): Promise<{ sha256: string; sizeBytes: number }> {
    const { sha256, sizeBytes } = await this.blobs.write(Readable.from([Buffer.from(text)]), { maxBytes: reportMaxBytes });
    return { sha256, sizeBytes };
  }
}

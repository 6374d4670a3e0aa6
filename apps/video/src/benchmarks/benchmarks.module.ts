import { Module } from '@nestjs/common';
import { runVideoBenchmark } from '#contracts';
import { jobHandler } from '#platform';
import { SCORING_CONFIG } from '../scoring/scoring.config.ts';
import { BenchmarkJob } from './benchmark.job.ts';

const one = { from: SCORING_CONFIG, read: () => 1 };

/** Benchmarks for operators. Runs the job `video.service.benchmark`. */
@Module({ providers: [BenchmarkJob, jobHandler(runVideoBenchmark, BenchmarkJob, { concurrency: one, maxPerOwner: one })] })
export class BenchmarksModule {}

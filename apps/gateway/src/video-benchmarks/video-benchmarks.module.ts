import { Module } from '@nestjs/common';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { JobsModule } from '../jobs/jobs.module.ts';
import { VideoBenchmarksController } from './video-benchmarks.controller.ts';

/** Benchmarks of the video service for operators (`/v1/operators/benchmarks`); the job runs there. */
@Module({ imports: [DownloadsModule, JobsModule], controllers: [VideoBenchmarksController] })
export class VideoBenchmarksModule {}

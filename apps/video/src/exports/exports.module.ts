import { Module } from '@nestjs/common';
import { videoExportPartition } from '#contracts';
import { jobHandler } from '#platform';
import { CaptionsModule } from '../captions/captions.module.ts';
import { VideosModule } from '../videos/videos.module.ts';
import { PartitionJob } from './partition.job.ts';

/** The rows of this service for exports. Runs the job `video.export.partition`. */
@Module({ imports: [VideosModule, CaptionsModule], providers: [PartitionJob, jobHandler(videoExportPartition, PartitionJob)] })
export class ExportsModule {}

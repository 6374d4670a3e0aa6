import { Module } from '@nestjs/common';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { JobsModule } from '../jobs/jobs.module.ts';
import { TrackStreamLinks } from './track-stream-links.service.ts';
import { TrackStreamsController } from './track-streams.controller.ts';

/** The HLS streams of tracks, and links to them for players without an account. Serves `/v1/tracks/{trackId}/hls/…` and `/v1/links/{token}/{track-hls,track-streams}/…`. */
@Module({ imports: [DownloadsModule, JobsModule], controllers: [TrackStreamsController], providers: [TrackStreamLinks] })
export class TrackStreamsModule {}

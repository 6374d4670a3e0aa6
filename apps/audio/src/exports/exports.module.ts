import { Module } from '@nestjs/common';
import { audioExportPartition } from '#contracts';
import { jobHandler } from '#platform';
import { PlaylistsModule } from '../playlists/playlists.module.ts';
import { SavedVideosModule } from '../saved-videos/saved-videos.module.ts';
import { TracksModule } from '../tracks/tracks.module.ts';
import { PartitionJob } from './partition.job.ts';

/** The rows of this service for exports. Runs the job `audio.export.partition`. */
@Module({
  imports: [TracksModule, PlaylistsModule, SavedVideosModule],
  providers: [PartitionJob, jobHandler(audioExportPartition, PartitionJob)],
})
export class ExportsModule {}

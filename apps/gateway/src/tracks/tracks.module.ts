import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.ts';
import { SignedLinks } from '../links/signed-links.service.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { FileController } from './file.controller.ts';
import { FileSender } from './file-sender.service.ts';
import { TrackUploads } from './track-uploads.service.ts';
import { TracksController } from './tracks.controller.ts';
import { WaveformController } from './waveform.controller.ts';

/** Tracks, their analysis, waveform and file: `/v1/tracks`. Calls the audio service; files come from the blob store. */
@Module({
  imports: [UploadsModule, JobsModule],
  controllers: [TracksController, WaveformController, FileController],
  providers: [TrackUploads, FileSender, SignedLinks],
  exports: [FileSender, SignedLinks],
})
export class TracksModule {}

import { Module } from '@nestjs/common';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { CuesController } from './cues.controller.ts';
import { FileController } from './file.controller.ts';
import { FileLinksController } from './file-links.controller.ts';
import { FileLinks } from './file-links.service.ts';
import { TracksController } from './tracks.controller.ts';
import { WaveformController } from './waveform.controller.ts';

/** Tracks, their files, cues and waveforms, and links to both for people without an account. Serves `/v1/tracks` and `/v1/files/{token}`. */
@Module({
  imports: [UploadsModule, DownloadsModule],
  controllers: [TracksController, WaveformController, CuesController, FileController, FileLinksController],
  providers: [FileLinks],
})
export class TracksModule {}

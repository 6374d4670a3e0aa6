import { Module } from '@nestjs/common';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { CuesController } from './cues.controller.ts';
import { FileController } from './file.controller.ts';
import { FileLinksController } from './file-links.controller.ts';
import { FileLinks } from './file-links.service.ts';
import { TrackPicturesController } from './track-pictures.controller.ts';
import { TracksController } from './tracks.controller.ts';
import { WaveformController } from './waveform.controller.ts';

/** Tracks, their files, cues, waveforms and pictures, and links for people without an account. Serves `/v1/tracks` and `/v1/links/{token}/{file,waveform,spectrogram}`. */
@Module({
  imports: [UploadsModule, DownloadsModule],
  controllers: [TracksController, WaveformController, CuesController, TrackPicturesController, FileController, FileLinksController],
  providers: [FileLinks],
})
export class TracksModule {}

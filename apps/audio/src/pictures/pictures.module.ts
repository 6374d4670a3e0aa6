import { Module } from '@nestjs/common';
import { MediaModule } from '../media/media.module.ts';
import { TracksModule } from '../tracks/tracks.module.ts';
import { PictureHandler } from './picture.handler.ts';
import { PictureService } from './picture.service.ts';
import { PictureStore } from './picture.store.ts';

/** Covers and spectrograms of tracks, made once for the same bytes. Serves `audio.cover.*` and `audio.spectrogram.*`. */
@Module({
  imports: [MediaModule, TracksModule],
  controllers: [PictureHandler],
  providers: [PictureStore, PictureService],
})
export class PicturesModule {}

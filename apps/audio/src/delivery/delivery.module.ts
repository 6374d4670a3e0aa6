import { Module } from '@nestjs/common';
import { RenditionsModule } from '../renditions/renditions.module.ts';
import { TracksModule } from '../tracks/tracks.module.ts';
import { PlaybackHandler } from './playback.handler.ts';
import { PlaybackService } from './playback.service.ts';

/** Delivery that fits the network. Serves `audio.playback.decide.v1`. */
@Module({ imports: [TracksModule, RenditionsModule], controllers: [PlaybackHandler], providers: [PlaybackService] })
export class DeliveryModule {}

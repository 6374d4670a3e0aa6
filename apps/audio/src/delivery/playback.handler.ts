import { Controller } from '@nestjs/common';
import { decidePlayback, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { PlaybackService } from './playback.service.ts';

@Controller()
export class PlaybackHandler {
  constructor(private readonly playback: PlaybackService) {}

  @Handles(decidePlayback)
  decide(request: RequestOf<typeof decidePlayback>) {
    return this.playback.decide(request);
  }
}

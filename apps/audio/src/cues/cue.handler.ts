import { Controller } from '@nestjs/common';
import { exportTrackCues, getTrackCues, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { CueService } from './cue.service.ts';

@Controller()
export class CueHandler {
  constructor(private readonly cues: CueService) {}

  @Handles(getTrackCues)
  get({ trackId }: RequestOf<typeof getTrackCues>) {
    return this.cues.get(trackId);
  }

  @Handles(exportTrackCues)
  export({ trackId, format }: RequestOf<typeof exportTrackCues>) {
    return this.cues.export(trackId, format);
  }
}

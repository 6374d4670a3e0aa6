import { Module } from '@nestjs/common';
import { capability, healthCheck } from '#platform';
import { Encoders } from './encoders.service.ts';
import { MediaInspector } from './media-inspector.service.ts';
import { MediaPrograms } from './media-programs.service.ts';
import { ToneCheck } from './tone-check.service.ts';

/** Inspection of uploaded files, the check that ffmpeg and ffprobe can run, and the health check `tone`. */
@Module({
  providers: [MediaPrograms, MediaInspector, ToneCheck, healthCheck('tone', ToneCheck), Encoders, capability(Encoders)],
  exports: [MediaPrograms, MediaInspector],
})
export class MediaModule {}

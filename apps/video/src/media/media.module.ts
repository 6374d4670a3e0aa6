import { Module } from '@nestjs/common';
import { MediaPrograms } from './media-programs.service.ts';
import { VideoProber } from './video-prober.service.ts';

/** Inspection of uploaded files, and the check that ffmpeg and ffprobe can run. */
@Module({ providers: [MediaPrograms, VideoProber], exports: [MediaPrograms, VideoProber] })
export class MediaModule {}

import { Module } from '@nestjs/common';
import { MediaInspector } from './media-inspector.service.ts';
import { MediaPrograms } from './media-programs.service.ts';

/** Inspection of uploaded files, and the check that ffmpeg and ffprobe can run. */
@Module({ providers: [MediaPrograms, MediaInspector], exports: [MediaPrograms, MediaInspector] })
export class MediaModule {}

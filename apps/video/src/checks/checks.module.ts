import { type DynamicModule, Module } from '@nestjs/common';
import { capability, healthCheck, type PlatformConfig } from '#platform';
import { ClipCheck, FFMPEG_PATH } from './clip-check.service.ts';
import { Encoders } from './encoders.service.ts';

/** What the video service tries by itself (health check `clip`) and finds on its machine (encoders). */
@Module({})
export class ChecksModule {
  static readonly forConfig = ({ FFMPEG_PATH: path }: Pick<PlatformConfig, 'FFMPEG_PATH'>): DynamicModule => ({
    module: ChecksModule,
    providers: [{ provide: FFMPEG_PATH, useValue: path }, ClipCheck, healthCheck('clip', ClipCheck), Encoders, capability(Encoders)],
  });
}

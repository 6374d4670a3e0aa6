import { Module } from '@nestjs/common';
import { capability } from '#platform';
import { deviceExists, EncoderChoice, HAS_DEVICE } from './encoder-choice.service.ts';

/** Tries the video encoders of the machine and chooses the one of renditions. Shown under `/v1/system/capabilities`. */
@Module({
  providers: [{ provide: HAS_DEVICE, useValue: deviceExists }, EncoderChoice, capability(EncoderChoice)],
  exports: [EncoderChoice],
})
export class EncodersModule {}

import { Inject, Injectable } from '@nestjs/common';
import { ffmpegTools, findEncoders } from '#media';
import type { Capability, CapabilityProbe } from '#platform';
import { FFMPEG_PATH } from './clip-check.service.ts';

/** What renditions and pictures are made of. */
const needed = ['libx264', 'aac', 'mjpeg', 'libwebp'];

@Injectable() // finds out which of the encoders that videos need are in this ffmpeg
export class Encoders implements CapabilityProbe {
  constructor(@Inject(FFMPEG_PATH) private readonly ffmpegPath: string) {}

  async find(): Promise<Capability[]> {
    const found = await findEncoders(ffmpegTools(this.ffmpegPath)).catch(() => new Set<string>()); // the check `clip` says why it does not run
    const among = (names: readonly string[]) => names.filter((name) => found.has(name)).join(', ');
    const lacking = needed.filter((name) => !found.has(name));
    return [
      {
        name: 'encoders',
        isPresent: found.size > 0,
        detail: found.size === 0 ? `${this.ffmpegPath} does not run` : among(needed),
        choice: lacking.length === 0 ? null : `what needs ${lacking.join(', ')} fails`,
      },
    ];
  }
}

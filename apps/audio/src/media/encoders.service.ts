import { Injectable } from '@nestjs/common';
import { findEncoders } from '#media';
import type { Capability, CapabilityProbe } from '#platform';
import { MediaPrograms } from './media-programs.service.ts';

/** What renditions are made of. */
const needed = ['libopus', 'aac', 'libmp3lame', 'flac', 'pcm_s16le'];

@Injectable() // finds out which of the encoders that renditions need are in this ffmpeg
export class Encoders implements CapabilityProbe {
  constructor(private readonly programs: MediaPrograms) {}

  async find(): Promise<Capability[]> {
    const { ffmpegPath } = this.programs.tools;
    const found = await findEncoders(this.programs.tools).catch(() => new Set<string>()); // readiness says why ffmpeg does not run
    const lacking = needed.filter((name) => !found.has(name));
    const detail = found.size === 0 ? `${ffmpegPath} does not run` : needed.filter((name) => found.has(name)).join(', ');
    const choice = lacking.length === 0 ? null : `renditions that need ${lacking.join(', ')} fail`;
    return [{ name: 'encoders', isPresent: found.size > 0, detail, choice }];
  }
}

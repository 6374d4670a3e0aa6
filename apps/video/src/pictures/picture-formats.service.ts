import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { findEncoders, findMuxers } from '#media';
import { Lifecycle } from '#platform';
import { MediaPrograms } from '../media/media-programs.service.ts';
import type { PictureFormat } from './thumbnail.ts';

/** ffmpeg writes AVIF since 5.1, where it is built with libaom. */
const avif = { encoder: 'libaom-av1', muxer: 'avif' };

@Injectable() // knows which formats of pictures this ffmpeg can write
export class PictureFormats {
  private writesAvif: Promise<boolean> | undefined;

  constructor(
    private readonly programs: MediaPrograms,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** @throws Failure `picture-format-unavailable` */
  async require(format: PictureFormat): Promise<void> {
    if (format !== 'avif') return;
    this.writesAvif ??= this.look().catch((error: unknown) => {
      this.writesAvif = undefined; // ffmpeg may be repaired
      throw error;
    });
    if (await this.writesAvif) return;
    throw new Failure('picture-format-unavailable', 'The ffmpeg of this installation writes no AVIF. Ask for webp or jpeg.');
  }

  private async look(): Promise<boolean> {
    const { tools } = this.programs;
    const [encoders, muxers] = await Promise.all([findEncoders, findMuxers].map((find) => find(tools, this.lifecycle.stopping)));
    return encoders!.has(avif.encoder) && muxers!.has(avif.muxer);
  }
}

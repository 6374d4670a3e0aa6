import { Injectable } from '@nestjs/common';
import { expectSuccess, runTool } from '#compute/tools';
import { Failure } from '#contracts/plain';
import type { SelfTest } from '#platform';
import { MediaPrograms } from './media-programs.service.ts';

const rateHz = 48_000;
const toneSeconds = 0.5;
const limits = { wallClockMs: 30_000, stdoutLimitBytes: 1 << 20 } as const;

@Injectable() // encodes a short tone and decodes it again: what every rendition and every analysis rests on
export class ToneCheck implements SelfTest {
  constructor(private readonly programs: MediaPrograms) {}

  async run(signal: AbortSignal): Promise<void> {
    const encoded = await this.ffmpeg(
      ['-f', 'lavfi', '-i', `sine=440:d=${toneSeconds}:r=${rateHz}`, '-c:a', 'libopus', '-f', 'ogg', 'pipe:1'],
      signal,
    );
    const decoded = await this.ffmpeg(
      ['-f', 'ogg', '-i', 'pipe:0', '-ac', '1', '-ar', String(rateHz), '-f', 's16le', 'pipe:1'],
      signal,
      encoded,
    );
    const seconds = decoded.length / 2 / rateHz;
    if (Math.abs(seconds - toneSeconds) > 0.1 || !isAudible(decoded)) {
      throw new Failure(
        'media-undecodable',
        `A tone of ${toneSeconds} s came back as ${seconds.toFixed(2)} s of ${isAudible(decoded) ? 'sound' : 'silence'}.`,
      );
    }
  }

  private async ffmpeg(args: readonly string[], signal: AbortSignal, stdin?: Buffer): Promise<Buffer> {
    const options = {
      command: this.programs.tools.ffmpegPath,
      args: ['-hide_banner', '-loglevel', 'error', '-threads', '1', ...args],
      signal,
      ...limits,
    };
    const result = await runTool({ ...options, ...(stdin ? { stdin } : {}) });
    return expectSuccess(result, 'internal', 'ffmpeg failed on a tone of its own.').stdout;
  }
}

/** @param pcm 16-bit samples; the tone is at an eighth of full scale */
function isAudible(pcm: Buffer): boolean {
  for (let at = 0; at + 1 < pcm.length; at += 2) if (Math.abs(pcm.readInt16LE(at)) > 1_000) return true;
  return false;
}

import { describe, expect, it } from '@jest/globals';
import { testFfmpeg } from '#testing';
import { ffmpegTools } from './ffmpeg.ts';
import { findEncoders, parseEncoders, parseMuxers } from './find-encoders.ts';

describe('the encoders of ffmpeg', () => {
  it('are listed by the program itself', async () => {
    const encoders = await findEncoders(ffmpegTools(testFfmpeg()));
    expect(encoders.has('pcm_s16le')).toBe(true);
    expect(encoders.has('=')).toBe(false);
  });
  it('are the names below the rule, whatever their flags', () => {
    const text = 'Encoders:\n V..... = Video\n .F.... = Frame-level multithreading\n ------\n V....D libx264  H.264\n A.F..D aac  AAC\n';
    expect([...parseEncoders(text)]).toEqual(['libx264', 'aac']);
  });
  it('cannot be known without ffmpeg', async () => {
    await expect(findEncoders(ffmpegTools('/nowhere/ffmpeg'))).rejects.toThrow();
  });
});

describe('parseMuxers', () => {
  it('reads names, of which a line may have several, and not the legend', () => {
    const text =
      'File formats:\n D. = Demuxing supported\n .E = Muxing supported\n --\n  E avif            AVIF\n DE matroska,webm x\n D  mov y\n';
    expect([...parseMuxers(text)]).toEqual(['avif', 'matroska', 'webm']);
  });
});

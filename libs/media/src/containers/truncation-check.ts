/** The truncation check of each container. */

import type { Container } from '../detect-container.ts';
import { missingFromAdts } from './adts.ts';
import { missingFromAsf } from './asf.ts';
import { missingFromAiff, missingFromAu, missingFromCaf, missingFromWav, missingFromWave64 } from './chunks.ts';
import type { TruncationCheck } from './container-range.ts';
import { missingFromDolby } from './dolby.ts';
import { missingFromFlac } from './flac.ts';
import { missingFromMatroska } from './matroska.ts';
import { missingFromMp4 } from './mp4-boxes.ts';
import { missingFromMp3 } from './mpeg-audio.ts';
import { missingFromOgg } from './ogg.ts';
import { missingFromTta } from './tta.ts';
import { missingFromWavPack } from './wavpack.ts';

export const truncationChecks: Readonly<Record<Container, TruncationCheck>> = {
  wav: missingFromWav,
  w64: missingFromWave64,
  aiff: missingFromAiff,
  au: missingFromAu,
  caf: missingFromCaf,
  flac: missingFromFlac,
  ogg: missingFromOgg,
  mp3: missingFromMp3,
  aac: missingFromAdts,
  mp4: missingFromMp4,
  matroska: missingFromMatroska,
  asf: missingFromAsf,
  ac3: missingFromDolby,
  eac3: missingFromDolby,
  wavpack: missingFromWavPack,
  tta: missingFromTta,
};

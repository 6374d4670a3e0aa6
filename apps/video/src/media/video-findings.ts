/** What follows from the streams of a file and from decoding it. */
import { type VideoWarningCode, videoWarnings } from '#contracts';
import { fitsExtension } from './container-names.ts';
import type { AudioStream, VideoInfo } from './video-info.ts';

/** The sound that is used: the default one, else the first, of those that can be decoded. */
export function usedAudio({ audio }: Pick<VideoInfo, 'audio'>): AudioStream | undefined {
  const readable = audio.filter(({ isReadable }) => isReadable);
  return readable.find(({ isDefault }) => isDefault) ?? readable[0];
}

/** In the order of the contract, each once. @param found by decoding */
export function warningsOf(info: VideoInfo, fileName: string, found: readonly VideoWarningCode[]): VideoWarningCode[] {
  const codes = new Set<VideoWarningCode>([...info.warnings.map(({ code }) => code), ...found]);
  if (!fitsExtension(fileName, info.container)) codes.add('extension-mismatch');
  if (info.video.isVariableFrameRate) codes.add('variable-frame-rate');
  if (info.audio.length === 0) codes.add('no-audio');
  return videoWarnings.filter((code) => codes.has(code));
}

/** Arguments of ffmpeg for renditions of one source in one format. Pure. */
import { filter, filterChain } from '#media';
import type { EncodingPlan } from './encoding-plan.ts';

export interface EncodingInputs {
  /** Index of the sound among the streams of the source. */
  readonly soundIndex: number;
  /** Index of the cover where the format holds it as a stream. */
  readonly coverIndex: number | undefined;
  /** Absolute path of a file for `ffmetadata`. */
  readonly tagFile: string;
  /** Filter of the second pass of normalisation. */
  readonly loudness: string | undefined;
}

/** An output and its name in the folder of the run. */
export interface PlannedOutput {
  readonly plan: EncodingPlan;
  readonly output: string;
}

/**
 * What follows the input of the source: a second input with the tags, then the options of each output. The same plan and inputs give the same bytes,
 * whatever other outputs there are.
 */
export function encodeArguments(outputs: readonly PlannedOutput[], inputs: EncodingInputs): string[] {
  return [
    ...['-protocol_whitelist', 'file', '-format_whitelist', 'ffmetadata', '-f', 'ffmetadata', '-i', `file:${inputs.tagFile}`],
    ...outputs.flatMap((output) => outputArguments(output, inputs)),
  ];
}

function outputArguments({ plan, output }: PlannedOutput, { soundIndex, coverIndex, loudness }: EncodingInputs): string[] {
  const cover = coverIndex === undefined ? [] : ['-map', `0:${coverIndex}`, '-c:v', 'copy', '-disposition:v:0', 'attached_pic'];
  return [
    ...['-map', `0:${soundIndex}`, ...cover, '-map_metadata', '1', '-map_metadata:s', '-1', '-map_chapters', '0'],
    ...['-filter:a', filterChain(...(loudness ? [loudness] : []), resample(plan)), '-c:a', plan.encoder, ...rateOptions(plan)],
    ...['-threads', '1', '-fflags', '+bitexact', '-flags:a', '+bitexact', ...muxerOptions(plan), '-f', plan.muxer, output],
  ];
}

/** Named explicitly: loudnorm changes the rate, and an encoder may ask for another one. */
const resample = ({ sampleRateHz }: EncodingPlan) => filter('aresample', { osr: sampleRateHz });

function rateOptions({ encoder, channels, bitRateKbps, vorbisQuality, sampleFormat, sampleRateHz }: EncodingPlan): string[] {
  return [
    ...['-ac', String(channels), '-ar', String(sampleRateHz)],
    ...(bitRateKbps === null ? [] : ['-b:a', `${bitRateKbps}k`]),
    ...(vorbisQuality === null ? [] : ['-q:a', String(vorbisQuality)]),
    ...(sampleFormat === null ? [] : ['-sample_fmt', sampleFormat]),
    ...(encoder === 'libopus' && channels > 2 ? ['-mapping_family', '1'] : []),
  ];
}

/** MP3 gets a header with its length and its padding; M4A has its index in front, so that it plays while it loads. */
function muxerOptions({ muxer }: EncodingPlan): string[] {
  if (muxer === 'mp3') return ['-write_xing', '1'];
  if (muxer === 'ipod') return ['-movflags', '+faststart'];
  return muxer === 'wav' ? ['-rf64', 'auto'] : [];
}

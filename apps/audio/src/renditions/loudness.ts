/** Normalisation of loudness in two passes of ffmpeg's `loudnorm` (EBU R 128). Pure: the filters, and what the first pass has measured. */
import * as z from 'zod';
import { filter } from '#media';
import { replayGainReferenceLufs, type TrackGain } from './rendition-tags.ts';

export const targetLufs = -14;
export const targetPeakDbtp = -1;

const number = z.coerce.number().refine(Number.isFinite);
const measured = z.object({ input_i: number, input_tp: number, input_lra: number, input_thresh: number });
export type MeasuredLoudness = z.output<typeof measured>;

export const firstPass = filter('loudnorm', { I: targetLufs, TP: targetPeakDbtp, LRA: 11, print_format: ':json' });

/**
 * @param log the last lines that ffmpeg has printed
 * @returns undefined for silence, whose loudness is no number
 */
export function readLoudness(log: readonly string[]): MeasuredLoudness | undefined {
  const text = log.join('\n');
  const json = text.slice(text.lastIndexOf('{'), text.lastIndexOf('}') + 1);
  const parsed = measured.safeParse(parseJson(json));
  return parsed.success && parsed.data.input_i > -70 ? parsed.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One gain for the whole recording; where its peaks would be too high, loudnorm follows the level instead. Values as loudnorm takes them. */
export function secondPass({ input_i, input_tp, input_lra, input_thresh }: MeasuredLoudness): string {
  return filter('loudnorm', {
    ...{ I: targetLufs, TP: targetPeakDbtp, LRA: within(input_lra, 11, 20), linear: ':true' },
    ...{ measured_I: within(input_i, -99, 0), measured_TP: within(input_tp, -99, 99) },
    ...{ measured_LRA: within(input_lra, 0, 99), measured_thresh: within(input_thresh, -99, 0) },
  });
}

/** What the loudness tags say after the second pass. */
export function gainAfter({ input_i, input_tp }: MeasuredLoudness): TrackGain {
  const peakDb = Math.min(targetPeakDbtp, input_tp + targetLufs - input_i);
  return { gainDb: replayGainReferenceLufs - targetLufs, peak: 10 ** (peakDb / 20) };
}

const within = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));

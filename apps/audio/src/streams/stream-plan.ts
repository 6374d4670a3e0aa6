/** Which levels the HLS stream of a source has, and the grid on which all of them are cut. Pure. */
import { type StreamLevel, streamLevels } from '#contracts';
import { planEncoding, type SourceSound } from '../renditions/encoding-plan.ts';

/** Raise it when streams are encoded in another way: they are then encoded anew for tracks that have none yet. */
export const streamVersion = 1;

export interface StreamVariant {
  readonly level: StreamLevel;
  readonly bitRateKbps: number;
}

export interface StreamPlan {
  /** The same for all levels, so that their packets begin at the same times. */
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Packets of AAC in each segment but the last. */
  readonly packetsPerSegment: number;
  /** From small to large; at least one. */
  readonly variants: readonly StreamVariant[];
}

/** Samples of one packet of AAC-LC. */
export const packetSamples = 1_024;

/** Longer recordings have longer segments, so that their playlists stay below some 8,600 lines each. */
const segments = { seconds: 6, longSeconds: 10, longFromSeconds: 12 * 3_600 } as const;

/** A level that would be as large as the one below it is left out: nothing is above what the source has. */
export function planStream(source: SourceSound, durationSeconds: number | null): StreamPlan {
  const plans = streamLevels.map((level) => ({ level, plan: planEncoding(source, level, 'm4a') }));
  const variants: StreamVariant[] = [];
  for (const { level, plan } of plans) {
    const bitRateKbps = plan.bitRateKbps!;
    if (bitRateKbps > (variants.at(-1)?.bitRateKbps ?? 0)) variants.push({ level, bitRateKbps });
  }
  const { sampleRateHz, channels } = plans[0]!.plan;
  const isLong = durationSeconds === null || durationSeconds > segments.longFromSeconds;
  const seconds = isLong ? segments.longSeconds : segments.seconds;
  return { sampleRateHz, channels, packetsPerSegment: Math.floor((seconds * sampleRateHz) / packetSamples), variants };
}

/** Of all segments but the last. */
export const segmentSecondsOf = ({ packetsPerSegment, sampleRateHz }: Pick<StreamPlan, 'packetsPerSegment' | 'sampleRateHz'>): number =>
  (packetsPerSegment * packetSamples) / sampleRateHz;

/** Encodes all levels of a stream from one decode, segment by segment. No framework: the job uses it. */
import { Failure, mostTrackSegments, type StreamLevel } from '#contracts';
import { cutSegments, demuxerOf, filter, filterChain, type SegmentSink, type SegmentStart, soundMp4, streamFfmpeg } from '#media';
import type { EncodeOptions, OpenedSource } from '../renditions/encode-rendition.ts';
import { packetSamples, type StreamPlan, type StreamVariant, segmentSecondsOf } from './stream-plan.ts';

/** Receives the segments of one level. */
export type SinkOf = (variant: StreamVariant) => SegmentSink;

/** CPU time: three encoders of AAC need less than 0.15 s for a second of sound. */
const cpuSecondsPerSecond = 0.6;
const longestSeconds = 24 * 3_600;

/**
 * The same source and plan give the same bytes, so that a second attempt brings the segments that the first one has stored.
 *
 * @throws ToolFailure `media-undecodable`, `cancelled`, `deadline-exceeded`, `internal`; Failure `media-too-long`; errors of the sinks
 */
export async function encodeStream(source: OpenedSource, plan: StreamPlan, sinkOf: SinkOf, options: EncodeOptions): Promise<void> {
  const { tools, timeoutMs, signal } = options;
  const seconds = Math.min(longestSeconds, source.media.durationSeconds ?? longestSeconds);
  const run = {
    ...{
      ffmpegPath: tools.ffmpegPath,
      path: source.path,
      input: { demuxers: [demuxerOf[source.media.container]] },
      medium: 'sound' as const,
    },
    outputs: plan.variants.flatMap((variant, index) => variantArguments(source.soundIndex, plan, variant, index)),
    ...{ wallClockMs: timeoutMs, cpuSeconds: Math.ceil(60 + cpuSecondsPerSecond * seconds), ...(signal && { signal }) },
  };
  const counts = new Map<StreamLevel, number>();
  const cut = { maxSegments: mostTrackSegments, medium: 'track', check: onGrid(plan) } as const;
  const consumers = plan.variants.map((variant) => async (stream: AsyncIterable<Buffer>) => {
    counts.set(variant.level, await cutSegments(stream, sinkOf(variant), cut));
  });
  await streamFfmpeg(run, consumers);
  if ([...counts.values()].includes(0)) throw new Failure('media-undecodable', 'Nothing of the sound in this file can be decoded.');
}

/** Gaps become silence, so that time goes on evenly; the last packet says how many of its samples belong to the sound. */
function variantArguments(soundIndex: number, plan: StreamPlan, { bitRateKbps }: StreamVariant, index: number): string[] {
  const { sampleRateHz, channels } = plan;
  // Half a packet less: fragments end with the first packet that reaches it.
  const fragmentUs = Math.floor(1e6 * (segmentSecondsOf(plan) - (0.5 * packetSamples) / sampleRateHz));
  return [
    ...['-map', `0:${soundIndex}`, '-map_metadata', '-1', '-map_chapters', '-1'],
    ...['-filter:a', filterChain(filter('aresample', { osr: sampleRateHz, async: 1, first_pts: 0 }))],
    ...['-c:a', 'aac', '-b:a', `${bitRateKbps}k`, '-ac', String(channels), '-ar', String(sampleRateHz)],
    ...['-threads', '1', '-fflags', '+bitexact', '-flags:a', '+bitexact', '-frag_duration', String(fragmentUs)],
    ...soundMp4(index),
  ];
}

function onGrid(plan: StreamPlan) {
  const seconds = segmentSecondsOf(plan);
  const tolerance = (0.5 * packetSamples) / plan.sampleRateHz;
  return ({ index, startSeconds }: SegmentStart) => {
    if (Math.abs(startSeconds - index * seconds) <= tolerance) return;
    throw new Failure('internal', `Segment ${index} begins at ${startSeconds} s, off the grid of ${seconds} s.`);
  };
}

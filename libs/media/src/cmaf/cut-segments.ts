/** Takes the segments of one track of fragmented MP4 from a stream and hands them over in their order. */
import { Failure } from '#contracts/plain';
import { codecOf } from './codec-string.ts';
import { timescaleOf, timingOf } from './fragment-timing.ts';
import { fragmentsOf } from './fragments.ts';

export interface EncodedSegment {
  /** From 0, of the whole track. */
  readonly index: number;
  readonly bytes: Buffer;
  readonly durationSeconds: number;
}

/** Where the segments go, in their order. Encoding waits for each. */
export interface SegmentSink {
  /** @param codec RFC 6381, e.g. `avc1.640020` */
  init(bytes: Buffer, codec: string): Promise<void>;
  segment(segment: EncodedSegment): Promise<void>;
}

export interface SegmentStart {
  readonly index: number;
  readonly startSeconds: number;
}

export interface CutOptions {
  /** Index of the first segment; default 0. */
  readonly fromSegment?: number;
  /** A track that reaches this index is refused. */
  readonly maxSegments: number;
  /** What the message of that failure names. */
  readonly medium: 'track' | 'video';
  /** Sees each segment before its sink does; may refuse it by an error. */
  readonly check?: (segment: SegmentStart) => void;
}

/**
 * @returns the segments that the track has, with those before `fromSegment`
 * @throws Failure `media-too-long`, `internal`; errors of the sink and of `check`
 */
export async function cutSegments(
  stream: AsyncIterable<Buffer>,
  sink: SegmentSink,
  { fromSegment = 0, maxSegments, medium, check = () => undefined }: CutOptions,
): Promise<number> {
  let [timescale, index] = [0, fromSegment];
  for await (const { kind, bytes } of fragmentsOf(stream)) {
    if (kind === 'init') {
      timescale = timescaleOf(bytes);
      await sink.init(bytes, codecOf(bytes));
      continue;
    }
    if (index >= maxSegments) throw new Failure('media-too-long', `The ${medium} has more than ${maxSegments} segments.`);
    const { startSeconds, durationSeconds } = timingOf(bytes, timescale);
    check({ index, startSeconds });
    await sink.segment({ index, bytes, durationSeconds });
    index++;
  }
  return index;
}

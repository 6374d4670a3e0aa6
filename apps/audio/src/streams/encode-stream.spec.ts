import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runTool } from '#compute';
import type { StreamLevel } from '#contracts';
import { durationOf, type EncodedSegment, type SegmentSink } from '#media';
import { mediaTools } from '#testing';
import type { OpenedSource } from '../renditions/encode-rendition.ts';
import type { SourceSound } from '../renditions/encoding-plan.ts';
import { encodeOptions, RenditionFixture } from '../renditions/testing/rendition-fixture.ts';
import { encodeStream } from './encode-stream.ts';
import { planStream, type StreamPlan, segmentSecondsOf } from './stream-plan.ts';

interface Track {
  init: Buffer;
  codec: string;
  segments: EncodedSegment[];
}

let fixture: RenditionFixture;
let source: OpenedSource;
let plan: StreamPlan;
let tracks: ReadonlyMap<StreamLevel, Track>;

const sourceSeconds = 3.37;
const rateHz = 44_100;

beforeAll(async () => {
  fixture = await RenditionFixture.open();
  const sweep = `aevalsrc=0.4*sin(2*PI*(200+160*t)*t)|0.4*sin(2*PI*300*t):s=${rateHz}:d=${sourceSeconds}`;
  source = await fixture.source('-f', 'lavfi', '-i', sweep, 'sweep.wav');
  plan = { ...planStream(source.sound, source.media.durationSeconds), packetsPerSegment: 60 }; // segments of 1.4 s
  tracks = await encode(plan);
});
afterAll(() => fixture.corpus.remove());

async function encode(wanted: StreamPlan, opened = source): Promise<ReadonlyMap<StreamLevel, Track>> {
  const made = new Map<StreamLevel, Track>();
  const sinkOf = ({ level }: { readonly level: StreamLevel }): SegmentSink => {
    const track: Track = { init: Buffer.alloc(0), codec: '', segments: [] };
    made.set(level, track);
    return {
      init: async (bytes, codec) => void Object.assign(track, { init: bytes, codec }),
      segment: async (segment) => void track.segments.push(segment),
    };
  };
  await encodeStream(opened, wanted, sinkOf, encodeOptions);
  return made;
}

async function decode(args: readonly string[]): Promise<Float32Array> {
  const all = ['-v', 'error', ...args, '-map', '0:a', '-ac', '1', '-f', 'f32le', 'pipe:1'];
  const { stdout, stderrTail } = await runTool({ command: mediaTools.ffmpegPath, args: all, wallClockMs: 20_000 });
  expect(stderrTail).toEqual([]);
  return new Float32Array(new Uint8Array(stdout).buffer);
}

/** In dB. */
function signalToNoise(original: Float32Array, decoded: Float32Array): number {
  const power = (pick: (at: number) => number) => original.reduce((sum, _, at) => sum + pick(at) ** 2, 0);
  return 10 * Math.log10(power((at) => original[at]!) / power((at) => original[at]! - decoded[at]!));
}

describe('a stream', () => {
  it('has every level from one decode, all cut at the same times', () => {
    expect([...tracks.keys()]).toEqual(['low', 'medium', 'high']);
    const durations = [...tracks.values()].map(({ segments }) => segments.map(({ durationSeconds }) => durationSeconds));
    expect(durations[0]).toHaveLength(3);
    expect(durations[0]!.slice(0, 2)).toEqual([segmentSecondsOf(plan), segmentSecondsOf(plan)]);
    expect([durations[1], durations[2]]).toEqual([durations[0], durations[0]]);
    expect([...tracks.values()].map(({ codec }) => codec)).toEqual(Array(3).fill('mp4a.40.2'));
    const sizes = [...tracks.values()].map(({ segments }) => segments.reduce((sum, { bytes }) => sum + bytes.length, 0));
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  });

  it('is gapless: an edit list leaves out what the encoder put in front, and the last packet ends with the sound', async () => {
    const { init, segments } = tracks.get('high')!;
    const editList = init.indexOf('elst', 0, 'latin1');
    expect(init.readInt32BE(editList + 16)).toBe(1_024);
    const samples = Math.round(sourceSeconds * rateHz);
    expect(
      Math.round(durationOf(segments.map(({ durationSeconds, bytes }) => ({ durationSeconds, sizeBytes: bytes.length }))) * rateHz),
    ).toBe(samples + 1_024);
    const joined = fixture.corpus.path('joined.mp4');
    await writeFile(joined, Buffer.concat([init, ...segments.map(({ bytes }) => bytes)]));
    const [original, decoded] = await Promise.all([decode(['-i', source.path]), decode(['-i', joined])]);
    expect(signalToNoise(original, decoded.subarray(1_024))).toBeGreaterThan(20);
  });

  it('changes the level at a segment without a click', async () => {
    const [low, high] = [tracks.get('low')!, tracks.get('high')!];
    const mixed = fixture.corpus.path('mixed.mp4');
    await writeFile(mixed, Buffer.concat([high.init, low.segments[0]!.bytes, high.segments[1]!.bytes, low.segments[2]!.bytes]));
    const [original, decoded] = await Promise.all([decode(['-i', source.path]), decode(['-i', mixed])]);
    expect(signalToNoise(original, decoded.subarray(1_024))).toBeGreaterThan(15);
  });

  it('of the same bytes is the same to the byte, so that a second attempt goes on', async () => {
    const again = await encode({ ...plan, variants: plan.variants.slice(0, 1) });
    const bytesOf = ({ init, segments }: Track) => Buffer.concat([init, ...segments.map(({ bytes }) => bytes)]);
    expect(bytesOf(again.get('low')!).equals(bytesOf(tracks.get('low')!))).toBe(true);
  });

  it('of an MP3 begins with its sound, not with what its encoder put in front', async () => {
    const mp3 = await fixture.source('-i', source.path, '-t', '2', '-b:a', '64k', 'sweep.mp3');
    const short = planStream(mp3.sound, mp3.media.durationSeconds);
    expect(short.variants).toEqual([{ level: 'low', bitRateKbps: 64 }]);
    const { init, segments } = (await encode(short, mp3)).get('low')!;
    const joined = fixture.corpus.path('mp3.mp4');
    await writeFile(joined, Buffer.concat([init, ...segments.map(({ bytes }) => bytes)]));
    const [original, decoded] = await Promise.all([decode(['-i', mp3.path]), decode(['-i', joined])]);
    expect(signalToNoise(original.subarray(0, 80_000), decoded.subarray(1_024))).toBeGreaterThan(12);
  });
});

describe('the plan of a stream', () => {
  const flac: SourceSound = { codec: 'flac', sampleRateHz: 96_000, channels: 6, bitRate: 4e6, bitDepth: 24 };

  it.each([
    ['a source of a high rate', flac, [96, 128, 192], 48_000, 2],
    ['a source between two levels', { ...flac, codec: 'mp3', sampleRateHz: 44_100, bitRate: 110_000 }, [96, 110], 44_100, 2],
    ['speech at a low rate', { codec: 'amrnb', sampleRateHz: 8_000, channels: 1, bitRate: 12_200, bitDepth: null }, [12], 8_000, 1],
  ])('never exceeds %s', (_, sound, kbps, sampleRateHz, channels) => {
    const { variants, ...made } = planStream(sound, 60);
    expect(variants.map(({ bitRateKbps }) => bitRateKbps)).toEqual(kbps);
    expect(made).toMatchObject({ sampleRateHz, channels });
  });

  it('keeps the playlist of a whole day below its limit', () => {
    expect(86_400 / segmentSecondsOf(planStream(flac, 86_400))).toBeLessThan(8_700);
    expect(86_400 / segmentSecondsOf(planStream({ ...flac, sampleRateHz: 8_000 }, null))).toBeLessThan(8_800);
  });
});

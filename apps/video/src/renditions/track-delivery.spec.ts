/** What encoded tracks are made of: small pieces, kept one after another; lengths of their own; whole pictures. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectSuccess, runTool } from '#compute';
import { durationOf, type EncodedSegment, type SegmentSink } from '#media';
import { makeVideoCorpus, mediaTools, type VideoCorpus } from '#testing';
import { probeVideo } from '../media/probe-video.ts';
import { framesPerSegment } from './encode-arguments.ts';
import { encodePictures, encodeSound, soundOf } from './encode-track.ts';
import { rungOf } from './ladder.ts';

let corpus: VideoCorpus;
beforeAll(async () => {
  corpus = await makeVideoCorpus();
});
afterAll(() => corpus?.remove());

const options = { tools: mediaTools, timeoutMs: 60_000 };

/** Counts how many segments are being kept at the same time. */
function countingSink() {
  const kept = { init: Buffer.alloc(0) as Buffer, segments: [] as EncodedSegment[], open: 0, mostOpen: 0 };
  const sink: SegmentSink = {
    init: async (init) => {
      kept.init = init;
    },
    segment: async (segment) => {
      kept.mostOpen = Math.max(kept.mostOpen, ++kept.open);
      await new Promise(setImmediate);
      kept.segments.push(segment);
      kept.open--;
    },
  };
  return { kept, sink };
}

/** What ffmpeg's detector of fields counts among the frames. */
async function fieldsOf(path: string) {
  const args = ['-v', 'info', '-i', path, '-vf', 'idet', '-f', 'null', '-'];
  const { stderrTail } = expectSuccess(await runTool({ command: mediaTools.ffmpegPath, args, wallClockMs: 30_000 }));
  const [, top, bottom, whole] = /Multi frame.*TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+)/.exec(stderrTail.join(' '))!.map(Number);
  return { interlaced: top! + bottom!, whole: whole! };
}

async function encode(path: string) {
  const info = await probeVideo(path, { tools: mediaTools });
  const [pictures, sound] = [countingSink(), countingSink()];
  const rung = rungOf(info, 120);
  const request = { segmentFrames: framesPerSegment(rung, 0.5), fromSegment: 0 };
  await encodePictures(path, info, [{ rung, sink: pictures.sink }], request, options);
  const audio = soundOf(info);
  if (audio) await encodeSound(path, info, { audio, segmentSeconds: 0.5 }, sound.sink, options);
  return { info, pictures: pictures.kept, sound: sound.kept };
}

const secondsOf = ({ segments }: { readonly segments: readonly EncodedSegment[] }) =>
  durationOf(segments.map(({ bytes, durationSeconds }) => ({ durationSeconds, sizeBytes: bytes.length })));

describe('a track', () => {
  it('is kept segment by segment, never as one large piece', async () => {
    const { pictures, sound } = await encode(await corpus.video('plain.mp4'));
    for (const { segments, mostOpen } of [pictures, sound]) {
      const sizes = segments.map(({ bytes }) => bytes.length);
      expect([segments.length >= 6, mostOpen]).toEqual([true, 1]);
      expect(Math.max(...sizes)).toBeLessThan(sizes.reduce((sum, size) => sum + size, 0) / 2);
    }
  });

  it.each([
    ['whose sound is longer than its picture', 1, 2],
    ['whose picture is longer than its sound', 2, 1],
  ])('of a video %s has the length of its own', async (_what, pictureSeconds, soundSeconds) => {
    const inputs = ['-f', 'lavfi', '-i', `testsrc2=s=160x120:r=25:d=${pictureSeconds}`, '-f', 'lavfi', '-i', `sine=d=${soundSeconds}`];
    const encoders = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
    const path = await corpus.make(...inputs, ...encoders, `picture-${pictureSeconds}.mp4`);
    const { pictures, sound } = await encode(path);
    expect(secondsOf(pictures)).toBeCloseTo(pictureSeconds, 2);
    expect(Math.abs(secondsOf(sound) - soundSeconds)).toBeLessThan(0.1);
  });

  it('of fields has whole pictures', async () => {
    const filmed = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=50:d=2', '-vf', 'tinterlace=mode=interleave_top,setfield=tff'];
    const path = await corpus.make(...filmed, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-flags', '+ildct+ilme', 'fields.mp4');
    expect(await fieldsOf(path)).toMatchObject({ whole: 0 });
    const { pictures } = await encode(path);
    const made = Buffer.concat([pictures.init, ...pictures.segments.map(({ bytes }) => bytes)]);
    expect(await fieldsOf(await corpus.write('whole.mp4', made))).toMatchObject({ interlaced: 0 });
  });
});

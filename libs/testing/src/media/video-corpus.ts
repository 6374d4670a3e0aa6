/** Videos for specs, made by ffmpeg when they are first asked for: 1–3 seconds, at most 320 x 240 pixels. */
import { readFile, writeFile } from 'node:fs/promises';
import { type MediaCorpus, makeMediaCorpus } from './media-corpus.ts';

const picture = (size: string, rate: string, seconds: number) => ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`];
const tone = (seconds: number) => ['-f', 'lavfi', '-i', `sine=f=440:r=48000:d=${seconds}`];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-pix_fmt', 'yuv420p'];
const aac = ['-c:a', 'aac', '-b:a', '64k'];
const base = [...picture('320x180', '30000/1001', 3), ...tone(3), ...h264, ...aac];
const small = picture('160x90', '25', 2);
const hdrTags = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];

/** 5.1 with another tone in each channel and no LFE: channels of equal signals would add up in a mix. */
const tones = [440, 550, 660, undefined, 770, 880].map((hz) => (hz === undefined ? '0' : `0.1*sin(2*PI*${hz}*t)`));
const fiveTones = `aevalsrc=${tones.join('|')}:c=5.1:s=48000:d=2`;

/** Everything that ffmpeg is told for each file, without its name. */
const recipes = {
  'plain.mp4': [...base, '-movflags', '+faststart'],
  'index-at-end.mp4': base,
  'fragmented.mp4': [...base, '-movflags', 'frag_keyframe+empty_moov'],
  'quicktime.mov': base,
  'live.webm': [...small, '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '200k', '-live', '1'],
  'matroska.mkv': base,
  'old.avi': [...small, '-c:v', 'mpeg4', '-q:v', '5'],
  'flash.flv': [...small, ...h264],
  'broadcast.ts': [...small, ...tone(2), ...h264, ...aac],
  'theora.ogv': [...small, '-c:v', 'libtheora'],
  'wide.mp4': [...picture('320x134', '24000/1001', 3), ...tone(3), ...h264, ...aac],
  /** 60 frames a second in the first second, then 20. */
  'variable.mp4': [
    ...[...picture('320x180', '60', 3), ...tone(3), '-vf', "select='lt(t,1)+not(mod(n,3))'", '-vsync', 'vfr'],
    ...[...h264, ...aac, '-movflags', '+faststart'],
  ],
  'odd.mkv': [...picture('322x182', '25', 2), '-vf', 'format=yuv444p,crop=321:181:0:0:exact=1', '-c:v', 'libx264', '-preset', 'ultrafast'],
  'anamorphic.mp4': [...picture('180x144', '25', 2), '-vf', 'setsar=16/11', ...h264],
  'without-sound.mp4': [...small, ...h264],
  'surround.mp4': [...[...small, '-f', 'lavfi', '-i', fiveTones], ...[...h264, '-c:a', 'aac', '-b:a', '192k']],
  'ten-bit.mkv': [...small, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le'],
  'hdr.mp4': [...small, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', ...hdrTags],
  'interlaced.mp4': [...picture('160x96', '25', 2), '-vf', 'setfield=tff', ...h264, '-flags', '+ildct+ilme'],
  'one-frame.mp4': [...picture('160x90', '25', 1), '-frames:v', '1', ...h264],
  'late-picture.mkv': ['-itsoffset', '0.5', ...picture('160x90', '25', 2), ...tone(2.5), ...h264, ...aac],
  'long-sound.mp4': [...small, ...tone(3), ...h264, ...aac],
  'sound-only.mp4': [...tone(2), ...aac],
  /** A second of black, a fade from black, then a test card. */
  'fade-from-black.mp4': [...picture('320x180', '25', 3), '-vf', 'fade=t=in:st=1:d=0.8', ...h264],
} as const satisfies Record<string, readonly string[]>;

export type VideoName = keyof typeof recipes;

export interface VideoCorpus extends MediaCorpus {
  /** Makes the video unless it has been made before. @returns its path */
  video(name: VideoName): Promise<string>;
  /** A copy of `plain.mp4` that is to be shown turned clockwise. */
  turned(degrees: 90 | 180 | 270): Promise<string>;
  /** A copy without its last bytes. */
  truncated(name: VideoName, share: number): Promise<string>;
  /** A copy with a cover picture as a second video stream. */
  covered(name: VideoName): Promise<string>;
}

export async function makeVideoCorpus(): Promise<VideoCorpus> {
  const corpus = await makeMediaCorpus();
  const made = new Map<VideoName, Promise<string>>();
  const video = (name: VideoName) => {
    const path = made.get(name) ?? corpus.make(...recipes[name], '-threads', '2', name);
    made.set(name, path);
    return path;
  };
  const turned = async (degrees: 90 | 180 | 270) =>
    corpus.write(`turned-${degrees}.mp4`, turnMovie(await readFile(await video('plain.mp4')), degrees));
  const truncated = async (name: VideoName, share: number) => {
    const bytes = await readFile(await video(name));
    const path = corpus.path(`cut-${name}`);
    await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * share)));
    return path;
  };
  const covered = async (name: VideoName) => {
    const cover = await corpus.make('-f', 'lavfi', '-i', 'testsrc=s=64x64:d=0.04', '-frames:v', '1', 'cover.png');
    const inputs = ['-i', await video(name), '-i', cover];
    const maps = ['-map', '1', '-map', '0', '-c', 'copy', '-disposition:v:0', 'attached_pic'];
    return corpus.make(...inputs, ...maps, `covered-${name}`);
  };
  return { ...corpus, video, turned, truncated, covered };
}

/** Matrices of the track header, in 16.16 and 2.30 fixed point: a, b, u, c, d, v, x, y, w. @see ISO/IEC 14496-12 §8.3.2 */
const matrices = {
  90: [0, 1, -1, 0],
  180: [-1, 0, 0, -1],
  270: [0, -1, 1, 0],
} as const;

/** A copy of an MP4 file that is to be shown turned clockwise. */
export function turnMovie(movie: Buffer, degrees: 90 | 180 | 270): Buffer {
  const bytes = Buffer.from(movie);
  const matrixAt = bytes.indexOf('tkhd') + 4 + 4 + 36; // version 0: 20 bytes of times and ids, 16 of layer, group, volume
  const [a, b, c, d] = matrices[degrees];
  for (const [index, value] of [a, b, undefined, c, d].entries())
    if (value !== undefined) bytes.writeInt32BE(value * 65_536, matrixAt + 4 * index);
  return bytes;
}

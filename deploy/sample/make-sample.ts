/**
 * Renders rafaga-sample.ogg in this folder: 12 bars at 122 BPM in A minor, deterministic. And rafaga-sample.mp4: three seconds of a test card, upright.
 *
 *   node --conditions=source deploy/sample/make-sample.ts        needs ffmpeg with libvorbis and libx264
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SectionName, song } from '../../libs/testing/src/synth/song.ts';
import { writeWav } from '../../libs/testing/src/synth/wav.ts';

const sampleRateHz = 44_100;
const sections: readonly (readonly [SectionName, number])[] = [
  ['intro', 2],
  ['verse', 4],
  ['drop', 4],
  ['outro', 2],
];

/** The channels are detuned by a few cents for stereo width. */
const side = (detuneCents: number) =>
  song({ bpm: 122, tonic: 9, mode: 'minor', degrees: [1, 4, 5, 1], sections, sampleRateHz, kitSeed: 11, startSeconds: 0.05, detuneCents })
    .samples;

const inThisFolder = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'rafaga-sample-'));
try {
  const wav = join(folder, 'sample.wav');
  writeWav(wav, [side(-3), side(3)], sampleRateHz);
  const tags = ['-metadata', 'title=Gust', '-metadata', 'artist=Rafaga', '-metadata', 'license=CC0-1.0'];
  const exact = ['-fflags', '+bitexact', '-flags:a', '+bitexact'];
  execFileSync('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-i',
    wav,
    ...tags,
    '-c:a',
    'libvorbis',
    '-q:a',
    '2',
    ...exact,
    inThisFolder('rafaga-sample.ogg'),
  ]);
} finally {
  rmSync(folder, { recursive: true });
}

const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=180x320:r=25:d=3', '-vf', 'fade=t=in:d=0.6'];
const sound = ['-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=3'];
const encoders = ['-c:v', 'libx264', '-crf', '30', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '48k', '-movflags', '+faststart'];
execFileSync('ffmpeg', [
  '-v',
  'error',
  '-y',
  ...picture.slice(0, 4),
  ...sound,
  ...picture.slice(4),
  ...encoders,
  inThisFolder('rafaga-sample.mp4'),
]);

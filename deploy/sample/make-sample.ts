/**
 * Renders rafaga-sample.ogg in this folder: 12 bars at 122 BPM in A minor, deterministic.
 *
 *   node --conditions=source deploy/sample/make-sample.ts        needs ffmpeg with libvorbis
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

const folder = mkdtempSync(join(tmpdir(), 'rafaga-sample-'));
try {
  const wav = join(folder, 'sample.wav');
  writeWav(wav, [side(-3), side(3)], sampleRateHz);
  const target = fileURLToPath(new URL('rafaga-sample.ogg', import.meta.url));
  const tags = ['-metadata', 'title=Gust', '-metadata', 'artist=Rafaga', '-metadata', 'license=CC0-1.0'];
  const exact = ['-fflags', '+bitexact', '-flags:a', '+bitexact'];
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', wav, ...tags, '-c:a', 'libvorbis', '-q:a', '2', ...exact, target]);
} finally {
  rmSync(folder, { recursive: true });
}

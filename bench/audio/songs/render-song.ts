import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMidi } from './midi.ts';
import type { Split, WrittenSong } from './song-writer.ts';

/** Sound font per split, from Debian's packages timgm6mb-soundfont and fluid-soundfont-gm. */
const soundFonts: Readonly<Record<Split, string>> = {
  train: '/usr/share/sounds/sf2/TimGM6mb.sf2',
  test: '/usr/share/sounds/sf2/FluidR3_GM.sf2',
};

/** Encoders: file extension and ffmpeg options. */
export const encodings: readonly (readonly [extension: string, options: readonly string[]])[] = [
  ['wav', []],
  ['mp3', ['-b:a', '64k']],
  ['ogg', ['-q:a', '0']],
  ['m4a', ['-b:a', '48k']],
  ['mp3', ['-b:a', '128k']],
];

/** Renders a song by `fluidsynth` into a stereo WAV file at 44.1 kHz. @throws Error when fluidsynth or its instruments are missing */
export function renderSong(song: WrittenSong, split: Split, path: string): void {
  const midiPath = `${path}.mid`;
  writeFileSync(midiPath, encodeMidi(song.setups, song.notes));
  const run = spawnSync('fluidsynth', ['-niq', '-F', path, '-r', '44100', '-g', '0.5', soundFonts[split], midiPath]);
  rmSync(midiPath);
  if (run.status !== 0) throw new Error(`fluidsynth failed: ${run.stderr ?? run.error}`);
}

/** Decodes a file to the analyser's input: mono at 22050 Hz. */
export function decode(path: string): Float32Array {
  const run = spawnSync('ffmpeg', ['-v', 'error', '-i', path, '-ac', '1', '-ar', '22050', '-f', 'f32le', '-'], { maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`ffmpeg failed: ${run.stderr}`);
  return new Float32Array(new Uint8Array(run.stdout).buffer);
}

/** Renders, encodes and decodes a song; removes its temporary files. */
export function renderedSamples(song: WrittenSong, split: Split, encoding: number): Float32Array {
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-song-'));
  try {
    const wav = join(folder, 'song.wav');
    renderSong(song, split, wav);
    return decode(encodeSong(wav, encoding));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Encodes a rendered song in the same folder. @returns the path of the result */
export function encodeSong(wav: string, encoding: number): string {
  const [extension, options] = encodings[encoding % encodings.length]!;
  if (extension === 'wav') return wav;
  const path = wav.replace(/wav$/, extension);
  const run = spawnSync('ffmpeg', ['-v', 'error', '-y', '-i', wav, ...options, path]);
  if (run.status !== 0) throw new Error(`ffmpeg failed: ${run.stderr}`);
  return path;
}

/** Audio files to upload, synthesised or made by ffmpeg from its test sources, so free of third-party rights. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWav, seededRandom, testFfmpeg } from '#testing';

/** A click on every beat over quiet noise; each `seed` gives a different file. */
export function clicks(bpm: number, seconds: number, seed = 1, sampleRateHz = 22_050): Buffer {
  const random = seededRandom(seed);
  const samples = Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, () => (random() - 0.5) * 0.002);
  const everySamples = (60 / bpm) * sampleRateHz;
  for (let beat = 0; beat * everySamples < samples.length; beat++) {
    const from = Math.round(beat * everySamples);
    for (let i = 0; i < 900 && from + i < samples.length; i++) {
      samples[from + i] = samples[from + i]! + 0.8 * Math.exp(-i / 150) * Math.sin((2 * Math.PI * 1_000 * i) / sampleRateHz);
    }
  }
  return encodeWav([samples], sampleRateHz);
}

/**
 * Runs ffmpeg in a temporary folder.
 *
 * @param args all arguments before the output
 * @param output name of the output file; its extension selects the format
 * @param inputs files that the arguments refer to, by name
 */
export function runFfmpeg(args: readonly string[], output: string, inputs: Readonly<Record<string, Uint8Array>> = {}): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-sounds-'));
  try {
    for (const [name, bytes] of Object.entries(inputs)) writeFileSync(join(folder, name), bytes);
    execFileSync(testFfmpeg(), ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', ...args, output], { cwd: folder });
    return readFileSync(join(folder, output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const tone = (seconds: number, rateHz = 44_100) => ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=${rateHz}:duration=${seconds}`];
const testPicture = ['-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=10:duration=1'];

export const surround96k = (): Buffer => runFfmpeg([...tone(3, 96_000), '-ac', '6', '-ar', '96000', '-c:a', 'flac'], 'surround.flac');
export const eightBitMono = (): Buffer => runFfmpeg([...tone(3, 11_025), '-ac', '1', '-c:a', 'pcm_u8'], 'eight.wav');
export const halfASecond = (): Buffer => runFfmpeg([...tone(0.5)], 'short.wav');
export const videoWithoutSound = (): Buffer => runFfmpeg([...testPicture, '-c:v', 'mpeg4'], 'silent.mp4');
export const hoursOfSilence = (hours: number): Buffer =>
  runFfmpeg(['-f', 'lavfi', '-i', `anullsrc=r=8000:cl=mono:d=${hours * 3_600}`, '-c:a', 'flac'], 'silence.flac');

/** An MP3 with a cover picture in its tags. */
export function withCover(): Buffer {
  const cover = runFfmpeg([...testPicture, '-frames:v', '1'], 'cover.png');
  const tags = [
    '-metadata',
    'title=Con portada',
    '-id3v2_version',
    '3',
    '-metadata:s:v',
    'title=Album cover',
    '-disposition:v',
    'attached_pic',
  ];
  return runFfmpeg(
    [...tone(4), '-i', 'cover.png', '-map', '0:a', '-map', '1:v', '-c:a', 'libmp3lame', '-c:v', 'copy', ...tags],
    'cover.mp3',
    {
      'cover.png': cover,
    },
  );
}

/** An M4A of three seconds whose movie header declares an hour (ISO/IEC 14496-12 §8.2.2, version 0). */
export function withWrongDuration(): Buffer {
  const file = runFfmpeg([...tone(3), '-c:a', 'aac'], 'tone.m4a');
  const header = file.indexOf('mvhd') + 4;
  const timescale = file.readUInt32BE(header + 12);
  file.writeUInt32BE(timescale * 3_600, header + 16);
  return file;
}

/** An M4A that ends in the middle of its audio data. */
export function truncatedMp4(): Buffer {
  const whole = runFfmpeg([...tone(5), '-c:a', 'aac', '-movflags', '+faststart'], 'whole.m4a');
  return whole.subarray(0, Math.floor(whole.length * 0.6));
}

import { pinkNoise, speechLikeNoise, whiteNoise } from '../../libs/testing/src/synth/noise.ts';
import { note } from '../../libs/testing/src/synth/notes.ts';
import { seededRandom } from '../../libs/testing/src/synth/random.ts';

/** Signals without a tempo. */
export function noiseTracks(seconds: number): { name: string; samples: Float32Array }[] {
  const random = seededRandom(77);
  return [
    { name: 'silence', samples: new Float32Array(seconds * 22050) },
    { name: 'white', samples: whiteNoise(seconds, 22050, random) },
    { name: 'pink', samples: pinkNoise(seconds, 22050, random) },
    ...[1, 2, 3].map((take) => ({ name: `speech-like-${take}`, samples: speechLikeNoise(seconds, 22050, random) })),
    { name: 'sine', samples: note('sine', 220, seconds, 22050) },
    { name: 'saw', samples: note('saw', 110, seconds, 22050) },
    { name: 'pad', samples: note('pad', 330, seconds, 22050) },
  ];
}

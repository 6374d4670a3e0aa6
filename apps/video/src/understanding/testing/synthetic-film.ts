/** Short films as raw frames, with the truth about them: shots of patterns that stand still, move, flicker or lie in the dark, and what parts them. */
import { type FrameSize, frameBytesOf } from '../frame-grid.ts';

export const filmSize: FrameSize = { widthPx: 160, heightPx: 88 };

export const shotKinds = ['still', 'pan', 'whip-pan', 'zoom', 'noise', 'dark', 'flat', 'letterbox'] as const;
export type ShotKind = (typeof shotKinds)[number];

export interface Shot {
  readonly kind: ShotKind;
  readonly frames: number;
  readonly seed: number;
  /** First frame, counted in the shot, and length of a white flash. */
  readonly flash?: readonly [at: number, frames: number];
  /** Frames that fade from and to black. */
  readonly fadeIn?: number;
  readonly fadeOut?: number;
  /** Frames that this shot shares with the one before: a dissolve. */
  readonly dissolve?: number;
}

/** Numbers in [0, 1), the same for each seed. @see Marsaglia 2003, "Xorshift RNGs" */
export function randomOf(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

type Painter = (frame: number) => Uint8Array;

/** All frames of the film, each valid until the next. */
export function* framesOf(shots: readonly Shot[]): Generator<Uint8Array> {
  const painters = shots.map(painterOf);
  for (const [index, shot] of shots.entries()) {
    const next = shots[index + 1];
    const shared = next?.dissolve ?? 0;
    for (let frame = shot.dissolve ?? 0; frame < shot.frames; frame++) {
      const picture = painters[index]!(frame);
      const into = frame - (shot.frames - shared);
      yield into >= 0 && next ? mix(picture, painters[index + 1]!(into), (into + 1) / (shared + 1)) : picture;
    }
  }
}

/** Frames at which the shots after the first begin; of a dissolve its middle. */
export function boundariesOf(shots: readonly Shot[]): { readonly frame: number; readonly type: 'cut' | 'fade' }[] {
  let at = 0;
  return shots
    .map((shot, index) => {
      const shared = shot.dissolve ?? 0;
      const boundary = {
        frame: at - Math.round(shared / 2),
        type: shared || shot.fadeIn || shots[index - 1]?.fadeOut ? ('fade' as const) : ('cut' as const),
      };
      at += shot.frames - shared;
      return boundary;
    })
    .slice(1);
}

/** Side of the pattern that a shot looks at; it repeats. */
const patternPx = 256;

/** Waves in steps, so that there are edges. */
function patternOf(random: () => number): Uint8Array {
  const whole = () => Math.round((random() - 0.5) * 20) || 3;
  const waves = Array.from({ length: 4 }, () => ({ x: whole(), y: whole(), phase: random(), height: 12 + 26 * random() }));
  const base = 70 + 110 * random();
  const sines = Float32Array.from({ length: patternPx }, (_, at) => Math.sin((2 * Math.PI * at) / patternPx));
  return Uint8Array.from({ length: patternPx ** 2 }, (_, at) => {
    const [x, y] = [at % patternPx, Math.floor(at / patternPx)];
    let level = base;
    for (const wave of waves)
      level += wave.height * sines[(wave.x * x + wave.y * y + Math.floor(patternPx * wave.phase)) & (patternPx - 1)]!;
    return Math.max(0, Math.min(255, Math.round(level / 20) * 20));
  });
}

function painterOf({ kind, frames, seed, flash, fadeIn = 0, fadeOut = 0 }: Shot): Painter {
  const random = randomOf(seed);
  const pattern = patternOf(random);
  const chroma = [80 + 96 * random(), 80 + 96 * random()] as const;
  const noise = randomOf(seed + 77);
  const { widthPx, heightPx } = filmSize;
  const speedPx = kind === 'pan' ? 2 : kind === 'whip-pan' ? 9 : 0;
  return (frame) => {
    const picture = new Uint8Array(frameBytesOf(filmSize));
    const shade = Math.min(1, fadeIn ? frame / fadeIn : 1, fadeOut ? (frames - 1 - frame) / fadeOut : 1);
    const isFlash = flash !== undefined && frame >= flash[0] && frame < flash[0] + flash[1];
    const scale = kind === 'zoom' ? 1 / (1 + 0.012 * frame) : 1;
    for (let y = 0, at = 0; y < heightPx; y++) {
      const isBar = kind === 'letterbox' && (y < 12 || y >= heightPx - 12);
      const row = (Math.floor((y - 45) * scale + 300 + (frame * speedPx) / 2) & (patternPx - 1)) * patternPx;
      for (let x = 0; x < widthPx; x++, at++) {
        let level = kind === 'flat' ? 100 : pattern[row + (Math.floor((x - 80) * scale + 300 + frame * speedPx) & (patternPx - 1))]!;
        if (kind === 'noise') level += 90 * (noise() - 0.5);
        if (kind === 'dark') level = 12 + level * 0.12;
        if (isFlash) level = 120 + level / 2;
        picture[at] = isBar ? 0 : Math.max(0, Math.min(255, shade * level));
      }
    }
    const [pixels, cells] = [widthPx * heightPx, (widthPx * heightPx) / 16];
    for (const [plane, value] of chroma.entries())
      picture.fill(128 + (value - 128) * shade * (kind === 'dark' ? 0.3 : 1), pixels + plane * cells, pixels + (plane + 1) * cells);
    return picture;
  };
}

function mix(a: Uint8Array, b: Uint8Array, share: number): Uint8Array {
  return a.map((value, at) => Math.round(value * (1 - share) + b[at]! * share));
}

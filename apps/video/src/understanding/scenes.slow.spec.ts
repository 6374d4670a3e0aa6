/** Scenes and spans of films whose truth is known, without ffmpeg. */
import { describe, expect, it } from '@jest/globals';
import { FrameMeter } from './frame-meter.ts';
import { boundariesOf, filmSize, framesOf, randomOf, type Shot, type ShotKind, shotKinds } from './testing/synthetic-film.ts';
import { type Understanding, understand } from './understand-video.ts';

const frameRate = 25;

function watch(shots: readonly Shot[], rate = frameRate): Understanding {
  const meter = new FrameMeter({ ...filmSize, frameRate: rate, range: 'full' });
  let frames = 0;
  for (const frame of framesOf(shots)) {
    meter.push(frame);
    meter.series.pushTime(frames++ / rate);
  }
  return understand(meter, null, rate);
}

const framesAt = ({ transitions }: Understanding, type: 'cut' | 'fade') =>
  transitions.filter((transition) => transition.type === type).map(({ timeSeconds }) => Math.round(timeSeconds * frameRate));

/** Hits within a frame, each once. */
function score(found: readonly number[], truth: readonly number[]) {
  const open = new Set(found);
  let hits = 0;
  for (const frame of truth) {
    const hit = [...open].find((candidate) => Math.abs(candidate - frame) <= 1);
    if (hit === undefined) continue;
    open.delete(hit);
    hits++;
  }
  return { hits, extra: open.size, missed: truth.length - hits };
}

/** Shots of all kinds in a random order, half of them with a flash of 1 to 4 frames. */
function filmOf(seed: number): Shot[] {
  const random = randomOf(seed);
  const kinds = shotKinds.toSorted(() => random() - 0.5);
  return kinds.map((kind, index): Shot => {
    const frames = 22 + Math.floor(14 * random());
    const flash = [8 + Math.floor(6 * random()), 1 + Math.floor(4 * random())] as const;
    return { kind, frames, seed: 100 * seed + index, ...(random() < 0.5 && { flash }) };
  });
}

describe('cuts', () => {
  it('are found with F1 >= 0.95, among pans, whip pans, zooms, noise, darkness, letterboxes and flashes', () => {
    const scores = [1, 2, 3, 4].map((seed) => {
      const film = filmOf(seed);
      return score(
        framesAt(watch(film), 'cut'),
        boundariesOf(film).map(({ frame }) => frame),
      );
    });
    const sum = (name: 'hits' | 'extra' | 'missed') => scores.reduce((total, each) => total + each[name], 0);
    const f1 = (2 * sum('hits')) / (2 * sum('hits') + sum('extra') + sum('missed'));
    process.stdout.write(`cuts: ${sum('hits')} found, ${sum('missed')} missed, ${sum('extra')} wrong, F1 ${f1.toFixed(3)}\n`);
    expect(f1).toBeGreaterThanOrEqual(0.95);
  });

  it('are not flashes, strobes or moving cameras', () => {
    const strobe = [0, 1, 2, 3, 4].map((turn): Shot => ({ kind: 'still', frames: 5, seed: 9, flash: [2, turn % 2 ? 2 : 1] }));
    expect(watch([...strobe, { kind: 'still', frames: 20, seed: 9 }]).transitions).toEqual([]);
    expect(watch([{ kind: 'whip-pan', frames: 60, seed: 3 }]).transitions).toEqual([]);
    expect(watch([{ kind: 'noise', frames: 60, seed: 4 }]).transitions).toEqual([]);
  });

  it('are found at 8 frames a second', () => {
    const shots = (['still', 'pan', 'dark', 'zoom'] as const).map((kind, index): Shot => ({ kind, frames: 14, seed: 40 + index }));
    expect(watch(shots, 8).transitions).toEqual([14, 28, 42].map((frame) => ({ timeSeconds: frame / 8, type: 'cut' })));
  });
});

describe('fades', () => {
  it.each<[string, Shot[], number]>([
    [
      'through black',
      [
        { kind: 'pan', frames: 45, seed: 1, fadeOut: 15 },
        { kind: 'still', frames: 45, seed: 2, fadeIn: 15 },
      ],
      45,
    ],
    [
      'out before a cut',
      [
        { kind: 'still', frames: 45, seed: 3, fadeOut: 12 },
        { kind: 'pan', frames: 40, seed: 4 },
      ],
      45,
    ],
    [
      'in after a cut',
      [
        { kind: 'still', frames: 45, seed: 5 },
        { kind: 'zoom', frames: 45, seed: 6, fadeIn: 20 },
      ],
      45,
    ],
  ])('%s are one transition', (_name, shots, frame) => {
    const understanding = watch(shots);
    expect([framesAt(understanding, 'cut'), framesAt(understanding, 'fade').length]).toEqual([[], 1]);
    expect(Math.abs(framesAt(understanding, 'fade')[0]! - frame)).toBeLessThanOrEqual(2);
    expect(understanding.scenes.map(({ begins }) => begins)).toEqual(['start', 'fade']);
  });

  it('also mix one scene into the next', () => {
    const shots: Shot[] = [
      { kind: 'still', frames: 60, seed: 11 },
      { kind: 'still', frames: 60, seed: 12, dissolve: 18 },
      { kind: 'still', frames: 45, seed: 13 },
    ];
    const understanding = watch(shots);
    const [dissolve, cut] = boundariesOf(shots);
    expect(framesAt(understanding, 'cut')).toEqual([cut!.frame]);
    expect(framesAt(understanding, 'fade').map((frame) => Math.abs(frame - dissolve!.frame) <= 5)).toEqual([true]);
  });

  it('at the ends of a video are named and part no scenes', () => {
    const { transitions, scenes } = watch([{ kind: 'pan', frames: 80, seed: 8, fadeIn: 20, fadeOut: 20 }]);
    expect([transitions.map(({ type }) => type), scenes.length]).toEqual([['fade', 'fade'], 1]);
  });
});

describe('scenes and spans', () => {
  const black: Shot = { kind: 'flat', frames: 20, seed: 1, fadeIn: 1_000_000 };
  it('cover the video, with a key frame inside each scene', () => {
    const { scenes } = watch((['still', 'pan', 'zoom'] as ShotKind[]).map((kind, index) => ({ kind, frames: 30, seed: 60 + index })));
    expect(scenes.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
      [0, 1.2],
      [1.2, 2.4],
      [2.4, 3.6],
    ]);
    for (const scene of scenes) expect(scene.keyFrameSeconds > scene.startSeconds && scene.keyFrameSeconds < scene.endSeconds).toBe(true);
  });
  it('tell black from frozen, and leave short ones out', () => {
    const shots: Shot[] = [
      { kind: 'pan', frames: 30, seed: 5 },
      black,
      { kind: 'pan', frames: 30, seed: 6 },
      { kind: 'still', frames: 40, seed: 7 },
    ];
    const found = watch([...shots, { kind: 'still', frames: 10, seed: 8 }]);
    expect(found.black).toEqual([{ startSeconds: 1.2, endSeconds: 2 }]);
    expect(found.frozen).toEqual([{ startSeconds: 3.2, endSeconds: 4.8 }]);
  });
  it('ranks the moment that moves first, and gives the reason', () => {
    const { moments } = watch([
      { kind: 'still', frames: 60, seed: 1 },
      { kind: 'whip-pan', frames: 50, seed: 2 },
      { kind: 'still', frames: 60, seed: 3 },
    ]);
    expect(moments[0]).toMatchObject({ score: 1, reasons: expect.arrayContaining(['much-motion']) });
    expect(moments[0]!.startSeconds < 4.4 && moments[0]!.endSeconds > 2.4).toBe(true);
  });
});

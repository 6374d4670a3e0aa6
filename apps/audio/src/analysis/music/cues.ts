import { novelty } from './novelty.ts';
import { type Stretch, stretchesBetween, type TimedRows } from './sections.ts';

export type CueType = 'intro-end' | 'build' | 'drop' | 'breakdown' | 'outro-start';

export interface Cue {
  /** Seconds from the start, on a beat where there are beats. */
  readonly timeSeconds: number;
  readonly type: CueType;
  /** In [0, 1]. */
  readonly confidence: number;
}

const mostCues = 10;
/** How far to either side sections are compared: long for what they are, short for where exactly they meet. */
const reachesBeats = [16, 8];
const closestBeats = 10;
const leastNovelty = 0.12;
const leastStepDb = 2.5;
const beatsPerBar = 4;

/** One place where the piece changes. */
interface Change {
  readonly at: number;
  readonly strength: number;
  /** Loudness of the bars after less that of the bars before, dB; of everything and of the bass. */
  readonly stepDb: number;
  readonly bassStepDb: number;
}

/**
 * The places a DJ or an editor would mark: where the piece turns from one section into another, named by what changes there.
 *
 * Few and sure rather than many: at most ten, none closer than two and a half bars, each on a bar line as far as the beats tell.
 *
 * @param beats seconds, ascending; without beats the piece is cut every half second
 */
export function findCues(beats: readonly number[], durationSeconds: number, powers: TimedRows, chroma: TimedRows): Cue[] {
  const ticks = cuttingTimes(beats, durationSeconds);
  const stretches = stretchesBetween(ticks, powers, chroma);
  if (stretches.length < 4 * beatsPerBar) return [];
  const changes = onBarLines(changesOf(stretches), stretches);
  return surest(nameChanges(changes, stretches));
}

/** The surest few, in order of time. */
function surest(cues: readonly Cue[]): Cue[] {
  return [...cues]
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, mostCues)
    .sort((a, b) => a.timeSeconds - b.timeSeconds);
}

/** The beats, continued to both ends of the piece. */
function cuttingTimes(beats: readonly number[], durationSeconds: number): number[] {
  const [first, second] = beats;
  const last = beats.at(-1);
  if (first === undefined || second === undefined || last === undefined) {
    return Array.from({ length: Math.floor(durationSeconds * 2) + 1 }, (_, i) => i / 2);
  }
  const period = (last - first) / (beats.length - 1);
  const before = Math.floor(first / period);
  const after = Math.max(0, Math.floor((durationSeconds - last) / period));
  return [
    ...Array.from({ length: before }, (_, i) => first - (before - i) * period),
    ...beats,
    ...Array.from({ length: after }, (_, i) => last + (i + 1) * period),
  ];
}

function changesOf(stretches: readonly Stretch[]): Change[] {
  const curves = reachesBeats.map((reach) => novelty(stretches, reach));
  const curve = curves[0]!.map((value, at) => (value + curves[1]![at]!) / 2);
  const found: Change[] = [];
  for (let at = 1; at < stretches.length; at++) {
    const around = curve.subarray(Math.max(0, at - closestBeats), at + closestBeats + 1);
    if (curve[at]! < leastNovelty || curve[at]! < around.reduce((most, value) => Math.max(most, value), 0)) continue;
    found.push({ at, strength: curve[at]!, ...stepsAt(stretches, at) });
  }
  return found;
}

function stepsAt(stretches: readonly Stretch[], at: number): Pick<Change, 'stepDb' | 'bassStepDb'> {
  const before = stretches.slice(Math.max(0, at - 2 * beatsPerBar), at);
  const after = stretches.slice(at, at + 2 * beatsPerBar);
  return {
    stepDb: meanOf(after, loudness) - meanOf(before, loudness),
    bassStepDb: meanOf(after, bass) - meanOf(before, bass),
  };
}

const loudness = (stretch: Stretch) => stretch.loudnessDb;
const bass = (stretch: Stretch) => stretch.levelsDb[0]!;

function meanOf(stretches: readonly Stretch[], measure: (stretch: Stretch) => number): number {
  return stretches.reduce((sum, stretch) => sum + measure(stretch), 0) / Math.max(1, stretches.length);
}

/** Sections change on bar lines: the beat of the bar that most changes fall on is taken for the first, and the others moved by a beat at most. */
function onBarLines(changes: readonly Change[], stretches: readonly Stretch[]): Change[] {
  const votes = new Array<number>(beatsPerBar).fill(0);
  for (const { at, strength } of changes) votes[at % beatsPerBar]! += strength;
  const first = votes.indexOf(Math.max(...votes));
  return changes.map((change) => {
    const off = (change.at - first + 2 * beatsPerBar) % beatsPerBar;
    const at = off === 1 ? change.at - 1 : off === beatsPerBar - 1 ? change.at + 1 : change.at;
    return at > 0 && at < stretches.length ? { ...change, at } : change;
  });
}

/** Names the changes in order: what a step up or down means depends on what went before and what is still to come. */
function nameChanges(changes: readonly Change[], stretches: readonly Stretch[]): Cue[] {
  const cues: Cue[] = [];
  const ups = changes.filter(isUp);
  changes.forEach((change) => {
    const type = typeOf(change, ups, changes);
    if (!type) return;
    if (type === 'drop' && cues.at(-1)?.type !== 'build') cues.push(...buildBefore(change, stretches, cues.at(-1)?.timeSeconds ?? 0));
    cues.push({ timeSeconds: stretches[change.at]!.startSeconds, type, confidence: sureness(change) });
  });
  return cues;
}

function isUp(change: Change): boolean {
  return change.stepDb >= leastStepDb || (change.bassStepDb >= 2 * leastStepDb && change.stepDb > -leastStepDb);
}

function isDown(change: Change): boolean {
  return change.stepDb <= -leastStepDb || (change.bassStepDb <= -2 * leastStepDb && change.stepDb < leastStepDb);
}

function typeOf(change: Change, ups: readonly Change[], all: readonly Change[]): CueType | null {
  if (isUp(change)) {
    if (all[0] === change) return 'intro-end';
    return ups.some((up) => isArrival(up, change)) ? 'build' : 'drop';
  }
  if (isDown(change)) return ups.some((up) => up.at > change.at) ? 'breakdown' : 'outro-start';
  return null;
}

/** What a build leads to: louder still, with a bass the build did not have, within sixteen bars. */
function isArrival(later: Change, build: Change): boolean {
  return later.at > build.at && later.at - build.at <= 16 * beatsPerBar && later.bassStepDb >= Math.max(leastStepDb, build.bassStepDb);
}

/** A rise of the highs or of everything over the bars before a drop, where there is one. */
function buildBefore(drop: Change, stretches: readonly Stretch[], afterSeconds: number): Cue[] {
  for (const bars of [8, 4]) {
    const from = drop.at - bars * beatsPerBar;
    if (from < beatsPerBar || stretches[from]!.startSeconds < afterSeconds) continue;
    const rising = stretches.slice(from, drop.at);
    const half = rising.length / 2;
    const climb = meanOf(rising.slice(half), highs) - meanOf(rising.slice(0, half), highs);
    if (climb >= 4) return [{ timeSeconds: stretches[from]!.startSeconds, type: 'build', confidence: Math.min(1, climb / 16) }];
  }
  return [];
}

const highs = (stretch: Stretch) => stretch.levelsDb[3]!;

function sureness({ strength, stepDb, bassStepDb }: Change): number {
  return Math.min(1, 0.6 * strength + Math.max(Math.abs(stepDb), Math.abs(bassStepDb) / 2) / 40);
}

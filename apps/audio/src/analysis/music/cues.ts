import { novelty } from './novelty.ts';
import { type Segment, segmentsBetween, type TimedRows } from './segments.ts';

export type CueType = 'intro-end' | 'build' | 'drop' | 'breakdown' | 'outro-start';

export interface Cue {
  /** Seconds from the start; on a beat if beats are known. */
  readonly timeSeconds: number;
  readonly type: CueType;
  /** In [0, 1]. */
  readonly confidence: number;
}

const maxCues = 10;
/** Kernel lengths of the novelty curve: the long one detects sections, the short one locates their boundaries. */
const noveltyReachBeats = [16, 8];
const minCueDistanceBeats = 10;
const minNovelty = 0.12;
const minStepDb = 2.5;
const beatsPerBar = 4;

/** A section boundary. */
interface Change {
  readonly at: number;
  readonly strength: number;
  /** Loudness of the bars after minus that of the bars before, dB; of the full mix and of the bass. */
  readonly stepDb: number;
  readonly bassStepDb: number;
}

/**
 * Finds cue points: section boundaries, classified by their change in loudness.
 *
 * Returns at most ten, at least two and a half bars apart, each on the estimated bar line.
 *
 * @param beats seconds, ascending; without beats, segments of half a second are used
 */
export function findCues(beats: readonly number[], durationSeconds: number, powers: TimedRows, chroma: TimedRows): Cue[] {
  const ticks = segmentTimes(beats, durationSeconds);
  const segments = segmentsBetween(ticks, powers, chroma);
  if (segments.length < 4 * beatsPerBar) return [];
  const changes = alignToBars(findChanges(segments), segments);
  return mostConfident(classifyChanges(changes, segments));
}

/** The mostConfident few, in order of time. */
function mostConfident(cues: readonly Cue[]): Cue[] {
  return [...cues]
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, maxCues)
    .sort((a, b) => a.timeSeconds - b.timeSeconds);
}

/** The beats, extrapolated to both ends of the piece. */
function segmentTimes(beats: readonly number[], durationSeconds: number): number[] {
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

function findChanges(segments: readonly Segment[]): Change[] {
  const curves = noveltyReachBeats.map((reach) => novelty(segments, reach));
  const curve = curves[0]!.map((value, at) => (value + curves[1]![at]!) / 2);
  const found: Change[] = [];
  for (let at = 1; at < segments.length; at++) {
    const around = curve.subarray(Math.max(0, at - minCueDistanceBeats), at + minCueDistanceBeats + 1);
    if (curve[at]! < minNovelty || curve[at]! < around.reduce((most, value) => Math.max(most, value), 0)) continue;
    found.push({ at, strength: curve[at]!, ...stepsAt(segments, at) });
  }
  return found;
}

function stepsAt(segments: readonly Segment[], at: number): Pick<Change, 'stepDb' | 'bassStepDb'> {
  const before = segments.slice(Math.max(0, at - 2 * beatsPerBar), at);
  const after = segments.slice(at, at + 2 * beatsPerBar);
  return {
    stepDb: meanOf(after, loudness) - meanOf(before, loudness),
    bassStepDb: meanOf(after, bass) - meanOf(before, bass),
  };
}

const loudness = (segment: Segment) => segment.loudnessDb;
const bass = (segment: Segment) => segment.levelsDb[0]!;

function meanOf(segments: readonly Segment[], measure: (segment: Segment) => number): number {
  return segments.reduce((sum, segment) => sum + measure(segment), 0) / Math.max(1, segments.length);
}

/** Sections change on bar lines: the beat of the bar with the largest sum of changes is the downbeat; other changes move by one beat at most. */
function alignToBars(changes: readonly Change[], segments: readonly Segment[]): Change[] {
  const votes = new Array<number>(beatsPerBar).fill(0);
  for (const { at, strength } of changes) votes[at % beatsPerBar]! += strength;
  const first = votes.indexOf(Math.max(...votes));
  return changes.map((change) => {
    const off = (change.at - first + 2 * beatsPerBar) % beatsPerBar;
    const at = off === 1 ? change.at - 1 : off === beatsPerBar - 1 ? change.at + 1 : change.at;
    return at > 0 && at < segments.length ? { ...change, at } : change;
  });
}

/** Classifies the changes in order: the type of a step up or down depends on the changes before and after it. */
function classifyChanges(changes: readonly Change[], segments: readonly Segment[]): Cue[] {
  const cues: Cue[] = [];
  const ups = changes.filter(isUp);
  changes.forEach((change) => {
    const type = typeOf(change, ups, changes);
    if (!type) return;
    if (type === 'drop' && cues.at(-1)?.type !== 'build') cues.push(...buildBefore(change, segments, cues.at(-1)?.timeSeconds ?? 0));
    cues.push({ timeSeconds: segments[change.at]!.startSeconds, type, confidence: confidenceOf(change) });
  });
  return cues;
}

function isUp(change: Change): boolean {
  return change.stepDb >= minStepDb || (change.bassStepDb >= 2 * minStepDb && change.stepDb > -minStepDb);
}

function isDown(change: Change): boolean {
  return change.stepDb <= -minStepDb || (change.bassStepDb <= -2 * minStepDb && change.stepDb < minStepDb);
}

function typeOf(change: Change, ups: readonly Change[], all: readonly Change[]): CueType | null {
  if (isUp(change)) {
    if (all[0] === change) return 'intro-end';
    return ups.some((up) => isArrival(up, change)) ? 'build' : 'drop';
  }
  if (isDown(change)) return ups.some((up) => up.at > change.at) ? 'breakdown' : 'outro-start';
  return null;
}

/** Whether `later` is the drop after a build: a larger bass step within sixteen bars. */
function isArrival(later: Change, build: Change): boolean {
  return later.at > build.at && later.at - build.at <= 16 * beatsPerBar && later.bassStepDb >= Math.max(minStepDb, build.bassStepDb);
}

/** A build before the drop: a rise of the high band over the preceding bars; empty if there is none. */
function buildBefore(drop: Change, segments: readonly Segment[], afterSeconds: number): Cue[] {
  for (const bars of [8, 4]) {
    const from = drop.at - bars * beatsPerBar;
    if (from < beatsPerBar || segments[from]!.startSeconds < afterSeconds) continue;
    const rising = segments.slice(from, drop.at);
    const half = rising.length / 2;
    const climb = meanOf(rising.slice(half), highs) - meanOf(rising.slice(0, half), highs);
    if (climb >= 4) return [{ timeSeconds: segments[from]!.startSeconds, type: 'build', confidence: Math.min(1, climb / 16) }];
  }
  return [];
}

const highs = (segment: Segment) => segment.levelsDb[3]!;

function confidenceOf({ strength, stepDb, bassStepDb }: Change): number {
  return Math.min(1, 0.6 * strength + Math.max(Math.abs(stepDb), Math.abs(bassStepDb) / 2) / 40);
}

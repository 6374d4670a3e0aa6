/** Which file of a track fits the network, and whether a better one should be made. Pure. */
import type { AudioFormat, CompressionLevel } from '#contracts';
import type { NetworkEstimate, Reason } from './network-estimate.ts';

/** A file that is there. */
export interface PlayableFile {
  /** Null for the original. */
  readonly renditionId: string | null;
  readonly level: CompressionLevel | null;
  readonly format: string;
  readonly bitRateKbps: number;
}

/** A level that can be made, in the format that the player prefers. */
export interface Rung {
  readonly level: CompressionLevel;
  readonly format: AudioFormat;
  /** What it will need. */
  readonly kbps: number;
}

export interface PlaybackQuestion<File extends PlayableFile> {
  readonly network: NetworkEstimate;
  readonly saveData: boolean;
  /** What the player can play. */
  readonly formats: readonly AudioFormat[];
  readonly original: File;
  readonly renditions: readonly File[];
  /** From small to large, without `lossless`. */
  readonly rungs: readonly Rung[];
  readonly canMake: boolean;
}

export interface PlaybackChoice<File extends PlayableFile> {
  readonly file: File;
  /** Undefined where the chosen file is the right one. */
  readonly make: Rung | undefined;
  readonly reasons: readonly Reason[];
}

/** Without a hint nobody gets more than this level, nor less. */
const usualLevel: CompressionLevel = 'medium';
const savingLevel: CompressionLevel = 'low';
/** The bit rate of a variable encoder differs from its target; and a file this near is as good as another one. */
const tolerance = 1.15;

/**
 * The right rung is the largest that the network carries; with `Save-Data` at most `low`, without any hint at most `medium`. An existing file is as
 * good when it is that rung, or about as large and not too large; the original counts too, so a lossy one is not encoded again without need.
 */
export function choosePlayback<File extends PlayableFile>(question: PlaybackQuestion<File>): PlaybackChoice<File> {
  const { network, saveData, formats, original, renditions, canMake } = question;
  const saving: Reason[] = saveData ? [{ code: 'save-data', detail: 'The client asks to save data.' }] : [];
  const reasons = [...network.reasons, ...saving];
  const rung = rightRung(question);
  const playable = [original, ...renditions].filter(({ format }) => (formats as readonly string[]).includes(format));
  const ceiling = saveData || network.usableKbps === null ? (rung?.kbps ?? 0) * tolerance : network.usableKbps;
  const fitting = playable.filter(({ bitRateKbps }) => bitRateKbps <= ceiling).sort(largestFirst);
  const exact = renditions.find(({ level, format }) => level === rung?.level && format === rung?.format);
  const equal = exact ?? fitting.find(({ bitRateKbps }) => bitRateKbps * tolerance >= (rung?.kbps ?? 0));
  if (equal) return { file: equal, make: undefined, reasons: [...reasons, ...(equal === original ? [originalFits] : [])] };
  const smallest = playable.toSorted(largestFirst).at(-1);
  const file = fitting[0] ?? smallest ?? original;
  if (rung && canMake) return { file, make: rung, reasons: [...reasons, beingMade(rung)] };
  return { file, make: undefined, reasons: [...reasons, ...(fitting[0] ? [] : [nothingSmaller])] };
}

function rightRung({ network, saveData, rungs }: Pick<PlaybackQuestion<PlayableFile>, 'network' | 'saveData' | 'rungs'>): Rung | undefined {
  const most = saveData ? savingLevel : network.usableKbps === null ? usualLevel : undefined;
  const allowed = rungs.slice(0, most === undefined ? rungs.length : rungs.findIndex(({ level }) => level === most) + 1 || rungs.length);
  return allowed.findLast(({ kbps }) => kbps <= (network.usableKbps ?? Number.POSITIVE_INFINITY)) ?? allowed[0];
}

const largestFirst = (a: PlayableFile, b: PlayableFile) => b.bitRateKbps - a.bitRateKbps;

const originalFits: Reason = { code: 'original-fits', detail: 'The original is as small as the network needs it.' };
const nothingSmaller: Reason = { code: 'nothing-smaller', detail: 'No file is small enough, or none in a format that the player names.' };
const beingMade = ({ level, format }: Rung): Reason => ({
  code: 'being-made',
  detail: `${level} in ${format} would fit better and is being made; this plays meanwhile.`,
});

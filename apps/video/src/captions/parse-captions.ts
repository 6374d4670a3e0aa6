/** Reads WebVTT and SubRip, forgiving what players forgive, and says line by line what it cannot read. */

import { cleanMarkup } from './cue-markup.ts';
import { cueSettings } from './cue-settings.ts';
import type { Cue } from './cues.ts';

export type CaptionFormat = 'webvtt' | 'subrip';

export interface CaptionFault {
  /** From 1. */
  readonly line: number;
  readonly detail: string;
}

export type CueWarning = 'cues-empty' | 'cues-reordered' | 'markup-removed';

export interface ParsedCaptions {
  readonly format: CaptionFormat;
  /** By time. */
  readonly cues: readonly Cue[];
  readonly warnings: ReadonlySet<CueWarning>;
  /** Nothing may be made of a file with faults; at most {@link faultsAtMost}. */
  readonly faults: readonly CaptionFault[];
}

export const cuesAtMost = 20_000;
export const faultsAtMost = 20;
/** Characters of one cue. */
const cueTextMax = 5_000;

interface Reading {
  readonly cues: Cue[];
  readonly warnings: Set<CueWarning>;
  readonly faults: CaptionFault[];
}

/** @param text whole file, without byte order mark. WebVTT begins with its name; everything else is read as SubRip. */
export function parseCaptions(text: string): ParsedCaptions {
  const lines = text.split(/\r\n|\n|\r/);
  const format: CaptionFormat = /^WEBVTT(?:[ \t]|$)/.test(lines[0]!) ? 'webvtt' : 'subrip';
  const reading: Reading = { cues: [], warnings: new Set(), faults: [] };
  for (const block of blocksOf(lines, format === 'webvtt' ? 1 : 0)) {
    if (reading.faults.length >= faultsAtMost) break;
    readBlock(block, format, reading);
  }
  if (reading.cues.length === 0 && reading.faults.length === 0) reading.faults.push(noCues(lines, format, reading));
  return { format, cues: inOrder(reading), warnings: reading.warnings, faults: reading.faults.slice(0, faultsAtMost) };
}

interface Block {
  /** Number of its first line, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

/** Lines between empty ones. A line of times begins a block, too, where the empty line before it was forgotten. */
function* blocksOf(lines: readonly string[], from: number): Generator<Block> {
  let start = from;
  for (let at = from; at <= lines.length; at++) {
    const isEnd = at === lines.length || lines[at]!.trim() === '';
    const isNext = !isEnd && at - start >= 2 && isTimes(lines[at]!) && lines.slice(start, at).some(isTimes);
    if (!isEnd && !isNext) continue;
    const end = isNext && /^\d+$/.test(lines[at - 1]!.trim()) ? at - 1 : at;
    if (end > start) yield { line: start + 1, lines: lines.slice(start, end) };
    start = isEnd ? at + 1 : end;
  }
}

const isTimes = (line: string) => line.includes('-->');

function readBlock({ line, lines }: Block, format: CaptionFormat, reading: Reading): void {
  const at = lines.findIndex(isTimes);
  const fault = (detail: string, offset = at) => reading.faults.push({ line: line + Math.max(0, offset), detail });
  if (at < 0) {
    // WebVTT has a header, notes, styles and regions; SubRip has empty lines inside cues.
    if (format === 'webvtt' || reading.cues.length > 0) return;
    return void fault('A cue has a line of times, as 00:00:01,000 --> 00:00:02,500.', 0);
  }
  const times = timesOf(lines[at]!);
  if (typeof times === 'string') return void fault(times);
  const source = lines
    .slice(at + 1)
    .map((each) => each.trimEnd())
    .join('\n');
  if (source.length > cueTextMax) return void fault(`A cue has at most ${cueTextMax} characters.`);
  const { text, isChanged } = cleanMarkup(source);
  if (isChanged) reading.warnings.add('markup-removed');
  if (!hasText(text)) return void reading.warnings.add('cues-empty');
  if (reading.cues.length >= cuesAtMost) return void fault(`Captions have at most ${cuesAtMost} cues.`);
  reading.cues.push({ startMs: times.startMs, endMs: times.endMs, settings: format === 'webvtt' ? cueSettings(times.rest) : '', text });
}

const hasText = (text: string) => text.replace(/<[^<>]*>|&(?:nbsp|lrm|rlm);|\s/g, '') !== '';

interface Times {
  readonly startMs: number;
  readonly endMs: number;
  readonly rest: string;
}

/** @returns what is wrong where it is no line of times */
function timesOf(line: string): Times | string {
  const arrow = line.indexOf('-->');
  const from = line.slice(0, arrow).trim();
  const after = line.slice(arrow + 3).trim();
  const end = after.search(/\s|$/);
  const [to, rest] = [after.slice(0, end), after.slice(end).trim()];
  const [startMs, endMs] = [millisecondsOf(from), millisecondsOf(to)];
  if (startMs === null || endMs === null)
    return `"${(startMs === null ? from : to).slice(0, 40).toWellFormed()}" is no time as 00:01:02.500.`;
  if (endMs <= startMs) return 'The cue ends before it begins.';
  return { startMs, endMs, rest };
}

/** Hours may be missing, and the fraction may be short or follow a comma. */
function millisecondsOf(text: string): number | null {
  const [, hours = '0', minutes, seconds, fraction = '0'] = /^(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?$/.exec(text) ?? [];
  if (minutes === undefined || Number(minutes) > 59 || Number(seconds) > 59) return null;
  return 1_000 * (3_600 * Number(hours) + 60 * Number(minutes) + Number(seconds)) + Number(fraction.padEnd(3, '0'));
}

/** Cues of one time stay as they were. */
function inOrder({ cues, warnings }: Reading): Cue[] {
  if (cues.every(({ startMs }, at) => at === 0 || startMs >= cues[at - 1]!.startMs)) return cues;
  warnings.add('cues-reordered');
  return cues.toSorted((a, b) => a.startMs - b.startMs);
}

const noCues = (lines: readonly string[], format: CaptionFormat, { warnings }: Reading): CaptionFault => ({
  line: Math.max(1, lines.findLastIndex((line) => line.trim() !== '') + 1),
  detail: warnings.has('cues-empty')
    ? 'No cue has any text.'
    : `The file has no cue. ${format === 'webvtt' ? 'It begins as WebVTT.' : 'WebVTT begins with the line WEBVTT; SubRip with a number and a line of times.'}`,
});

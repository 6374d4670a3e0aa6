/** Makes renditions of an opened source: at levels, or at the one that `auto` decides. No framework: the job and the command line use it. */
import { type AudioFormat, type CompressionLevel, Failure, type LevelBound, type RequestedLevel } from '#contracts';
import { demuxerOf } from '#media';
import { type EncodedFile, type EncodeOptions, encodeRenditions, measureLoudness, type OpenedSource } from './encode-rendition.ts';
import type { EncodingResult } from './encoding.store.ts';
import { possibleLevels } from './encoding-plan.ts';
import type { MeasuredLoudness } from './loudness.ts';
import { chooseLevel, type LevelBounds, type TriedLevel } from './quality/choose-level.ts';
import type { SoundQuality } from './quality/compare-sound.ts';
import { comparedRateHz, decodeMono } from './quality/decode-mono.ts';
import { ratioNote } from './ratio-note.ts';

export interface RenderRequest {
  readonly level: RequestedLevel;
  /** Other levels that are encoded in the same run; none with `auto`. */
  readonly companions?: readonly CompressionLevel[];
  readonly format: AudioFormat;
  readonly normalize: boolean;
  readonly measureQuality: boolean;
  /** For `auto`. */
  readonly bounds: LevelBounds;
  /** Existing folder, which gets files of its own. */
  readonly folder: string;
}

export interface RenderOptions extends EncodeOptions {
  readonly compare: (original: Float32Array, rendition: Float32Array, rateHz: number) => Promise<SoundQuality>;
  /** Receives the phase and the share of the whole that is done, in [0, 1]. */
  readonly onProgress?: (phase: 'encoding' | 'measuring', share: number) => void;
}

export interface Rendered {
  readonly file: EncodedFile;
  readonly result: EncodingResult;
}

/** The share of the whole that encoding takes; the rest is for measuring. */
const encodingShare = 0.9;

/**
 * @returns the rendition, then those of its companions
 * @throws Failure `rendition-not-possible`; ToolFailure `media-undecodable`, `cancelled`, `deadline-exceeded`, `internal`
 */
export async function render(source: OpenedSource, request: RenderRequest, options: RenderOptions): Promise<Rendered[]> {
  const loudness = request.normalize ? await measureLoudness(source, options) : undefined;
  const { level, companions = [], format, folder } = request;
  if (level === 'auto') return [await renderAuto(source, { ...request, loudness }, options)];
  const levels = [level, ...companions];
  const onProgress = (share: number) => options.onProgress?.('encoding', encodingShare * share);
  const files = await encodeRenditions(source, { levels, format, loudness, folder, onProgress }, options);
  options.onProgress?.('measuring', encodingShare);
  const comparison = new Comparison(source, options);
  const rendered: Rendered[] = [];
  // One after the other: each holds the samples of its file.
  for (const file of files) {
    const quality = request.measureQuality ? await comparison.with(file) : null;
    rendered.push({ file, result: resultOf(source, file, null, quality) });
  }
  return rendered;
}

type AutoRequest = Pick<RenderRequest, 'format' | 'bounds' | 'folder'> & { readonly loudness: MeasuredLoudness | undefined };

/** From small to large, until a level is good enough or one is too large. */
async function renderAuto(source: OpenedSource, request: AutoRequest, options: RenderOptions): Promise<Rendered> {
  const { format, bounds, folder, loudness } = request;
  const levels = possibleLevels(source.sound.codec, format);
  const comparison = new Comparison(source, options);
  const tried: (TriedLevel & { readonly file: EncodedFile; readonly quality: SoundQuality })[] = [];
  for (const [at, level] of levels.entries()) {
    const onProgress = (share: number) => options.onProgress?.('encoding', (at + 0.8 * share) / levels.length);
    const [encoded] = await encodeRenditions(source, { levels: [level], format, loudness, folder, onProgress }, options);
    const file = encoded!;
    options.onProgress?.('measuring', (at + 0.8) / levels.length);
    const quality = await comparison.with(file);
    tried.push({ level, sizeBytes: file.sizeBytes, segmentalSnrDb: quality.segmentalSnrDb, file, quality });
    const choice = chooseLevel(tried, at + 1 < levels.length, bounds);
    if (choice === 'try-next') continue;
    if (choice === 'nothing-fits') throw nothingFits(file, bounds);
    const { file: chosen, quality: measured } = tried.find((one) => one.level === choice.level)!;
    return { file: chosen, result: resultOf(source, chosen, choice.decidedBy, measured) };
  }
  throw new RangeError(`${format} has no level`);
}

const nothingFits = ({ plan, sizeBytes }: EncodedFile, { maxSizeBytes }: LevelBounds) =>
  new Failure(
    'rendition-not-possible',
    `Nothing fits ${Math.floor(maxSizeBytes / 1_024)} KiB: ${plan.level}, the smallest level of ${plan.format}, has ${Math.ceil(sizeBytes / 1_024)} KiB.`,
  );

/** Decodes the original once for all levels. */
class Comparison {
  readonly #source: OpenedSource;
  readonly #options: RenderOptions;
  #original: Promise<Float32Array> | undefined;

  constructor(source: OpenedSource, options: RenderOptions) {
    this.#source = source;
    this.#options = options;
  }

  async with({ path, plan, soundIndex }: EncodedFile): Promise<SoundQuality> {
    const { media, soundIndex: originalIndex } = this.#source;
    const demuxer = plan.muxer === 'ipod' ? 'mov' : plan.muxer;
    this.#original ??= decodeMono(this.#source.path, originalIndex, demuxerOf[media.container], this.#options);
    const [original, rendition] = [await this.#original, await decodeMono(path, soundIndex, demuxer, this.#options)];
    return this.#options.compare(original, rendition, comparedRateHz);
  }
}

function resultOf(source: OpenedSource, file: EncodedFile, decidedBy: LevelBound | null, quality: SoundQuality | null): EncodingResult {
  const { codec, plan, bitRateKbps, sampleRateHz, channels, durationSeconds, sizeBytes } = file;
  const compressionRatio = source.sizeBytes / sizeBytes;
  return {
    ...{ level: plan.level, decidedBy, codec, contentType: plan.contentType, bitRateKbps, sampleRateHz, channels, durationSeconds },
    ...{ compressionRatio, quality, ratioNote: ratioNote(compressionRatio, source.sound, plan) },
  };
}

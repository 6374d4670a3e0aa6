/** From bytes to a container that speaks only of itself. Nothing is decoded here and ffmpeg is not asked. */
import { Failure } from '#contracts/plain';
import { judgeAsf } from './containers/asf.ts';
import type { ContainerRange } from './containers/container-range.ts';
import { type BoxReader, hasExternalReferences, hasProtectedTrack } from './containers/mp4-boxes.ts';
import { rangeWithoutTags } from './containers/tag-padding.ts';
import { truncationChecks } from './containers/truncation-check.ts';
import { type Container, containerByFrames, containerBySignature } from './detect-container.ts';
import { ParsingBudget } from './parsing-budget.ts';
import { asText, referencesOtherFiles } from './playlist-detection.ts';
import type { RandomAccess } from './random-access.ts';
import { formatName, unsupportedFormat } from './unsupported-format.ts';

const headBytes = 64 << 10;

/** Name and type given by the client. They never make a file acceptable; they only decide how plain text is refused. */
export interface Declared {
  readonly name?: string | undefined;
  readonly type?: string | undefined;
}

export interface RecognizedContainer {
  readonly container: Container;
  /** What the file lacks, as the end of a sentence, when it is shorter than its container declares. */
  readonly missing: string | undefined;
}

/**
 * @throws Failure `media-empty`, `media-unsafe` or `media-not-audio`; `media-truncated` when it ends inside the tag before its audio;
 *   `media-undecodable` when the file consists of more parts than `budget` allows
 */
export async function recognizeContainer(
  file: RandomAccess,
  declared: Declared = {},
  budget = new ParsingBudget(),
): Promise<RecognizedContainer> {
  if (file.sizeBytes === 0) throw new Failure('media-empty', 'The file is empty.');
  const range = await rangeWithoutTags(file, budget);
  if (range.start >= file.sizeBytes) throw truncated('its tag (ID3v2) is cut');
  const head = await file.read(range.start, headBytes);
  const container = containerBySignature(head) ?? containerWithoutSignature(head, range.start + head.length >= file.sizeBytes, budget);
  if (container === undefined) throw await notAudio(range.start === 0 ? head : await file.read(0, headBytes), declared);
  await refuseUnsafe({ file, budget }, container, range);
  return { container, missing: await truncationChecks[container](file, range, budget) };
}

/** Searches for text before frames, and only in files without a signature: comments in other files may hold any text. */
function containerWithoutSignature(head: Buffer, isWhole: boolean, budget: ParsingBudget): Container | undefined {
  if (referencesOtherFiles(head)) throw unsafe();
  return containerByFrames(head, isWhole, budget);
}

async function refuseUnsafe(reader: BoxReader, container: Container, range: ContainerRange): Promise<void> {
  if (container === 'mp4') await refuseMovie(reader, range);
  if (container === 'asf') await refuseAsf(reader, range);
}

async function refuseMovie(reader: BoxReader, range: ContainerRange): Promise<void> {
  if (await hasExternalReferences(reader, range)) throw unsafe();
  if (await hasProtectedTrack(reader, range)) throw unsupportedFormat('protected (DRM) MP4');
}

async function refuseAsf(reader: BoxReader, range: ContainerRange): Promise<void> {
  const judged = await judgeAsf(reader, range);
  if (judged === 'script') throw unsafe();
  if (judged === 'protected') throw unsupportedFormat('protected (DRM) WMA');
}

/** @param missing the end of the sentence */
export const truncated = (missing: string, cause?: unknown): Failure =>
  new Failure('media-truncated', `The file ends before its container says it does: ${missing}.`, { cause });
const unsafe = () => new Failure('media-unsafe', 'The file refers to other files or addresses. Send the audio itself.');

const playlistName = /\.(?:asx|cue|m3u8?|mpd|pls|ram|sdp|smil?|svg|wpl|xspf)$/i;
const playlistType = /mpegurl|scpls|smil|dash\+xml|application\/sdp|xspf|svg/i;

async function notAudio(top: Buffer, declared: Declared): Promise<Failure> {
  const isText = asText(top) !== undefined;
  if (isText && (playlistName.test(declared.name ?? '') || playlistType.test(declared.type ?? ''))) return unsafe();
  return unsupportedFormat(await formatName(top));
}

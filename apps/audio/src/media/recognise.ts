/** From bytes to a container that is whole and speaks only of itself. Nothing is decoded here and ffmpeg is not asked. */
import { Failure } from '#contracts';
import { findMissing } from './completeness.ts';
import { refersElsewhere } from './mp4-boxes.ts';
import { asText, namesOtherFiles } from './playlist-text.ts';
import type { RandomAccess } from './random-access.ts';
import { type Container, sniffFrames, sniffMark } from './sniff.ts';
import type { Span } from './span.ts';
import { spanWithoutTags } from './tags-around.ts';

const headBytes = 64 << 10;

/** What the sender said of the file. It never makes a file acceptable; it only tells which refusal a plain text gets. */
export interface Declared {
  readonly name?: string | undefined;
  readonly type?: string | undefined;
}

/**
 * @throws Failure `media-empty`, `media-unsafe`, `media-not-audio` or `media-truncated`
 */
export async function recognise(file: RandomAccess, declared: Declared = {}): Promise<Container> {
  if (file.sizeBytes === 0) throw new Failure('media-empty', 'The file is empty.');
  const span = await spanWithoutTags(file);
  if (span.start >= file.sizeBytes) throw truncated('its tag (ID3v2) is cut');
  const head = await file.read(span.start, headBytes);
  const container = sniffMark(head) ?? sniffUnmarked(head, span.start + head.length >= file.sizeBytes);
  if (container === undefined) throw await notAudio(span.start === 0 ? head : await file.read(0, headBytes), declared);
  await requireWhole(file, container, span);
  return container;
}

/** Text is looked for before frames are, and only here: a comment inside a marked file may hold what it likes. */
function sniffUnmarked(head: Buffer, isWhole: boolean): Container | undefined {
  if (namesOtherFiles(head)) throw unsafe();
  return sniffFrames(head, isWhole);
}

async function requireWhole(file: RandomAccess, container: Container, span: Span): Promise<void> {
  if (container === 'mp4' && (await refersElsewhere(file, span))) throw unsafe();
  const missing = await findMissing[container](file, span);
  if (missing !== undefined) throw truncated(missing);
}

const truncated = (what: string) => new Failure('media-truncated', `The file ends before its container says it does: ${what}.`);
const unsafe = () => new Failure('media-unsafe', 'The file refers to other files or addresses. Send the sound itself.');

const playlistName = /\.(?:asx|cue|m3u8?|mpd|pls|ram|sdp|smil?|svg|wpl|xspf)$/i;
const playlistType = /mpegurl|scpls|smil|dash\+xml|application\/sdp|xspf|svg/i;

/** Says what the file looks like instead, where that is known. */
async function notAudio(top: Buffer, declared: Declared): Promise<Failure> {
  const isText = asText(top) !== undefined;
  if (isText && (playlistName.test(declared.name ?? '') || playlistType.test(declared.type ?? ''))) return unsafe();
  const { fileTypeFromBuffer } = await import('file-type');
  const known = await fileTypeFromBuffer(top).catch(() => undefined);
  const looks = known ? `looks like ${known.mime}` : isText ? 'is text' : 'is in no format that we know';
  return new Failure('media-not-audio', `The file ${looks}; that is no sound that we can read.`);
}

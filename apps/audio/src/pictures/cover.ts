/** The picture that is embedded in a file. */
import { coverMaxBytes } from '#contracts';
import { captureFfmpeg, demuxerOf } from '#media';
import type { MediaInfo } from '../media/media-info.ts';
import { type EncodeOptions, openSource } from '../renditions/encode-rendition.ts';

export interface Cover {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly extension: string;
}

const cpuSeconds = 20;

/**
 * Takes the picture out of the file as it is; nothing is decoded.
 *
 * @param path absolute path of the file that `media` describes
 * @returns undefined where there is none, where it is larger than {@link coverMaxBytes}, and where it is no picture of a known kind
 * @throws ToolFailure `cancelled`, `deadline-exceeded`, `internal`, `media-undecodable`
 */
export async function embeddedCover(path: string, media: MediaInfo, options: EncodeOptions): Promise<Cover | undefined> {
  const { cover } = await openSource(path, media, options);
  if (!cover) return undefined;
  const outputs = ['-map', `0:${cover.index}`, '-c:v', 'copy', '-frames:v', '1', '-f', 'image2pipe', 'pipe:1'];
  const input = { demuxers: [demuxerOf[media.container]] };
  const run = { ffmpegPath: options.tools.ffmpegPath, path, input, outputs, wallClockMs: options.timeoutMs, cpuSeconds };
  const { bytes } = await captureFfmpeg(run, coverMaxBytes);
  const kind = kindOfPicture(bytes);
  return kind && { bytes, ...kind };
}

const signatures: readonly (readonly [at: number, signature: string, contentType: string, extension: string])[] = [
  [0, '\xff\xd8\xff', 'image/jpeg', 'jpg'],
  [0, '\x89PNG\r\n\x1a\n', 'image/png', 'png'],
  [0, 'GIF8', 'image/gif', 'gif'],
  [8, 'WEBPVP8', 'image/webp', 'webp'],
  [0, 'BM', 'image/bmp', 'bmp'],
];

/** What the bytes are, whatever the tag of the file says. */
export function kindOfPicture(bytes: Buffer): Pick<Cover, 'contentType' | 'extension'> | undefined {
  const head = bytes.toString('latin1', 0, 16);
  const found = signatures.find(([at, signature]) => head.startsWith(signature, at));
  return found && { contentType: found[2], extension: found[3] };
}

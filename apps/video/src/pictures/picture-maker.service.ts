import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { BLOBS, ScratchFolders } from '#platform';
import type { BlobStore } from '#storage';
import { MediaPrograms } from '../media/media-programs.service.ts';
import { sizeForWidth } from '../media/video-filters.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { type PictureKind, pictureSeconds, pictures } from './picture.metrics.ts';
import type { StoredPicture } from './picture.store.ts';
import { PictureFormats } from './picture-formats.service.ts';
import { previewName, storyboardName, thumbnailName } from './picture-names.ts';
import { makePreview, type PreviewWindow } from './preview.ts';
import { makeStoryboard } from './storyboard.ts';
import { storyboardVtt } from './storyboard-layout.ts';
import { makeThumbnail, type ThumbnailRequest } from './thumbnail.ts';

interface Making {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** One sheet: ten tiles side by side, each within this box. */
const tileBox = { widthPx: 160, heightPx: 180 };
const tilesASide = 10;
const fileLimitBytes = 64 << 20;

@Injectable() // makes pictures of a local file and stores their bytes
export class PictureMaker {
  constructor(
    private readonly programs: MediaPrograms,
    private readonly formats: PictureFormats,
    private readonly scratch: ScratchFolders,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /** @throws Failure `picture-format-unavailable`, `media-undecodable`, `deadline-exceeded`, `cancelled`, `storage-full` */
  thumbnail(path: string, info: VideoInfo, request: ThumbnailRequest, making: Making): Promise<StoredPicture> {
    return counted('thumbnail', async () => {
      await this.formats.require(request.format);
      return this.scratch.with(async (folder) => {
        const { bytes, contentType } = await makeThumbnail(path, info, request, { tools: this.programs.tools, folder, ...making });
        return this.store(thumbnailName(request), contentType, bytes);
      });
    });
  }

  /** @throws the same as {@link thumbnail} */
  preview(path: string, info: VideoInfo, windows: readonly PreviewWindow[], making: Making): Promise<StoredPicture> {
    return counted('preview', () =>
      this.scratch.with(async (folder) => {
        const bytes = await makePreview(path, info, { windows, folder }, { tools: this.programs.tools, ...making });
        return this.store(previewName, 'image/webp', bytes);
      }),
    );
  }

  /** The sheet and its WebVTT file. @throws the same as {@link thumbnail} */
  storyboard(path: string, info: VideoInfo, making: Making): Promise<StoredPicture[]> {
    return counted('storyboard', () =>
      this.scratch.with(async (folder) => {
        const request = { folder, tileWidthPx: tileWidthOf(info), columns: tilesASide, rows: tilesASide, maxTiles: tilesASide ** 2 };
        const board = await makeStoryboard(path, info, request, { tools: this.programs.tools, ...making });
        const sheet = await readFile(join(folder, board.sheets[0]!.name));
        const vtt = Buffer.from(storyboardVtt(board, () => 'storyboard.jpg'));
        return [
          await this.store(storyboardName('jpg'), 'image/jpeg', sheet),
          await this.store(storyboardName('vtt'), 'text/vtt; charset=utf-8', vtt),
        ];
      }),
    );
  }

  private async store(name: string, contentType: string, bytes: Buffer): Promise<StoredPicture> {
    const { sha256, sizeBytes } = await this.blobs.write(Readable.from([bytes]), { maxBytes: fileLimitBytes });
    return { name, contentType, sha256, sizeBytes };
  }
}

/** A portrait tile is as high as a landscape one is wide, so that no sheet becomes too high for JPEG. */
function tileWidthOf({ video }: VideoInfo): number {
  const { widthPx, heightPx } = sizeForWidth(video, tileBox.widthPx);
  return Math.max(2, Math.floor(widthPx * Math.min(1, tileBox.heightPx / heightPx)));
}

async function counted<T>(kind: PictureKind, make: () => Promise<T>): Promise<T> {
  const ended = pictureSeconds.startTimer({ kind });
  try {
    const made = await make();
    ended();
    pictures.inc({ kind, result: 'made' });
    return made;
  } catch (error) {
    pictures.inc({ kind, result: 'failed' });
    throw error;
  }
}

import { Injectable } from '@nestjs/common';
import { canonicalLanguage, Failure } from '#contracts';
import { MediaPrograms } from '../media/media-programs.service.ts';
import { isUndecodable } from '../media/video-failures.ts';
import type { SubtitleStream, VideoInfo } from '../media/video-info.ts';
import { CaptionFileStore } from './caption-files.service.ts';
import type { EmbeddedCaption } from './embedded-caption.store.ts';
import { type ExtractOptions, extractCaptions, textSubtitles } from './extract-captions.ts';

export interface EmbeddedCaptions {
  readonly captions: readonly EmbeddedCaption[];
  /** A track of text could not be read; an empty one counts as read. */
  readonly isIncomplete: boolean;
}

@Injectable() // reads the captions that a video file holds
export class EmbeddedCaptionReader {
  constructor(
    private readonly files: CaptionFileStore,
    private readonly programs: MediaPrograms,
  ) {}

  /** Subtitles that cannot be read spoil no video. @throws Failure `cancelled`, `deadline-exceeded`, `storage-full`, `overloaded` */
  async read(path: string, info: VideoInfo, options: Omit<ExtractOptions, 'tools'>): Promise<EmbeddedCaptions> {
    if (textSubtitles(info).length === 0) return { captions: [], isIncomplete: false };
    const extracted = await extractCaptions(path, info, { tools: this.programs.tools, ...options }).catch((error: unknown) => {
      if (!isUndecodable(error)) throw error;
      return null;
    });
    const captions: EmbeddedCaption[] = [];
    let isIncomplete = extracted === null;
    for (const { stream, bytes } of extracted ?? []) {
      const read = await this.store(bytes, stream, info.durationSeconds, captions);
      if (read === null) isIncomplete ||= hasCues(bytes);
      else captions.push(read);
    }
    return { captions, isIncomplete };
  }

  private async store(
    bytes: Buffer,
    stream: SubtitleStream,
    durationSeconds: number | null,
    before: readonly EmbeddedCaption[],
  ): Promise<EmbeddedCaption | null> {
    try {
      const { format: _, ...stored } = await this.files.store({ bytes, durationSeconds });
      const language = canonicalLanguage(stream.language ?? 'und') ?? 'und';
      const isDefault = stream.isDefault === true && !before.some((other) => other.isDefault);
      const role = stream.isForHearingImpaired ? 'captions' : 'subtitles';
      return { ...stored, streamIndex: stream.index, title: stream.title || language, language, role, isDefault };
    } catch (error) {
      if (error instanceof Failure && error.code === 'caption-invalid') return null;
      throw error;
    }
  }
}

const hasCues = (bytes: Buffer) => bytes.includes('-->');

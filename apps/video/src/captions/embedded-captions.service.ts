import { Injectable } from '@nestjs/common';
import { canonicalLanguage, Failure } from '#contracts';
import { ScratchFolders } from '#platform';
import { MediaPrograms } from '../media/media-programs.service.ts';
import { isLate, isUndecodable } from '../media/video-failures.ts';
import type { SubtitleStream, VideoInfo } from '../media/video-info.ts';
import { CaptionFileStore } from './caption-files.service.ts';
import type { EmbeddedCaption } from './embedded-caption.store.ts';
import { type ExtractOptions, extractCaptions, textSubtitles } from './extract-captions.ts';
import type { ReadCaptionsInput } from './read-captions.ts';

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
    private readonly scratch: ScratchFolders,
  ) {}

  /** A video is accepted even if its subtitles cannot be read. @throws Failure `cancelled`, `storage-full`, `overloaded`; what `signal` aborts with */
  async read(path: string, info: VideoInfo, options: Omit<ExtractOptions, 'tools' | 'folder'>): Promise<EmbeddedCaptions> {
    if (textSubtitles(info).length === 0) return { captions: [], isIncomplete: false };
    const extract = (folder: string) => extractCaptions(path, info, { tools: this.programs.tools, folder, ...options });
    const extracted = await this.scratch.with(extract).catch((error: unknown) => {
      if (!isUndecodable(error) && !isLate(error, options.signal)) throw error;
      return null;
    });
    const captions: EmbeddedCaption[] = [];
    let isIncomplete = extracted === null;
    for (const { stream, bytes } of extracted ?? []) {
      const read = await this.store({ bytes, durationSeconds: info.durationSeconds }, stream, captions, options);
      if (read === null) isIncomplete ||= hasCues(bytes);
      else captions.push(read);
    }
    return { captions, isIncomplete };
  }

  private async store(
    input: ReadCaptionsInput,
    stream: SubtitleStream,
    before: readonly EmbeddedCaption[],
    { timeoutMs, signal }: Omit<ExtractOptions, 'tools' | 'folder'>,
  ): Promise<EmbeddedCaption | null> {
    try {
      const { format: _, ...stored } = await this.files.store(input, { signal, deadlineAtMs: Date.now() + timeoutMs });
      const language = canonicalLanguage(stream.language ?? 'und') ?? 'und';
      const isDefault = stream.isDefault === true && !before.some((other) => other.isDefault);
      const role = stream.isForHearingImpaired ? 'captions' : 'subtitles';
      return { ...stored, streamIndex: stream.index, title: stream.title || language, language, role, isDefault };
    } catch (error) {
      if (error instanceof Failure && (unreadable.has(error.code) || isLate(error, signal))) return null;
      throw error;
    }
  }
}

const unreadable: ReadonlySet<string> = new Set(['caption-invalid', 'payload-too-large']);
const hasCues = (bytes: Buffer) => bytes.includes('-->');

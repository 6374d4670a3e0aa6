import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { type AbortOptions, Compute, task } from '#compute';
import { captionMaxBytes, Failure } from '#contracts';
import { BLOBS } from '#platform';
import type { BlobStore } from '#storage';
import type { CaptionRow } from './caption.store.ts';
import type { CaptionFault, CaptionFormat } from './parse-captions.ts';
import type { ReadCaptionsInput, ReadResult } from './read-captions.ts';

const read = task<ReadCaptionsInput, ReadResult>('./read-captions.worker', import.meta.url);

/** Escaped markup and times that were short make a file longer, at most about this much. */
const writtenMaxBytes = 16 * captionMaxBytes;

export type StoredCaption = Pick<CaptionRow, 'cueCount' | 'warnings' | 'vttSha256' | 'vttSizeBytes' | 'srtSha256' | 'srtSizeBytes'> & {
  readonly format: CaptionFormat;
};

@Injectable() // reads caption files and stores them as WebVTT and SubRip
export class CaptionFileStore {
  constructor(
    private readonly compute: Compute,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /** @throws Failure `file-lost`, `payload-too-large`, `caption-invalid`, `storage-full`, `overloaded`, `cancelled`, `deadline-exceeded` */
  async storeBlob(sha256: string, durationSeconds: number | null, ending: AbortOptions): Promise<StoredCaption> {
    const { sizeBytes, stream } = await this.blobs.openRead(sha256);
    if (sizeBytes > captionMaxBytes) {
      stream.destroy();
      throw new Failure('payload-too-large', `Captions have at most ${captionMaxBytes} bytes.`);
    }
    return this.store({ bytes: Buffer.concat(await stream.toArray()), durationSeconds }, ending);
  }

  /** Throws the same. */
  async store(input: ReadCaptionsInput, ending: AbortOptions): Promise<StoredCaption> {
    const result = await this.compute.run(read, input, ending);
    if ('faults' in result) throw invalid(result.faults);
    const { vtt, srt, warnings, ...rest } = result;
    const [vttBlob, srtBlob] = [await this.write(vtt), await this.write(srt)];
    return {
      ...rest,
      warnings: [...warnings],
      ...{ vttSha256: vttBlob.sha256, vttSizeBytes: vttBlob.sizeBytes, srtSha256: srtBlob.sha256, srtSizeBytes: srtBlob.sizeBytes },
    };
  }

  private write(text: string) {
    return this.blobs.write(Readable.from([Buffer.from(text)]), { maxBytes: writtenMaxBytes });
  }
}

function invalid(faults: readonly CaptionFault[]): Failure {
  const errors = faults.map(({ line, detail }) => ({ pointer: '/body', code: 'line-invalid', detail: `Line ${line}: ${detail}` }));
  return new Failure('caption-invalid', errors[0]?.detail ?? 'The captions cannot be read.', { errors });
}

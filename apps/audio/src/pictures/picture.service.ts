import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import { Failure, fileNameOf, type locateTrackSpectrogram, type RequestOf } from '#contracts';
import { demuxerOf } from '#media';
import { BLOBS } from '#platform';
import type { BlobStore } from '#storage';
import { MediaPrograms } from '../media/media-programs.service.ts';
import { TrackService } from '../tracks/track.service.ts';
import type { TrackRow } from '../tracks/track.store.ts';
import { embeddedCover } from './cover.ts';
import { PictureStore, type StoredPicture } from './picture.store.ts';
import type { SpectrogramInput } from './spectrogram.worker.ts';

const drawSpectrogram = task<SpectrogramInput, Uint8Array>('./spectrogram.worker', import.meta.url);
/** Less than the deadline of the contract. */
const coverTimeoutMs = 15_000;
/** More than the deadline of the contract: a long recording goes on being drawn, and is there when it is asked for again. */
const spectrogramTimeoutMs = 10 * 60_000;
const pictureMaxBytes = 32 << 20;

type Picture = Omit<StoredPicture, 'name'>;

@Injectable() // finds the pictures of somebody's tracks, and makes those that are not there yet
export class PictureService {
  /** By recording and name; bounded by the requests that the service takes at a time. */
  private readonly inFlight = new Map<string, Promise<StoredPicture>>();

  constructor(
    private readonly tracks: TrackService,
    private readonly store: PictureStore,
    private readonly programs: MediaPrograms,
    private readonly compute: Compute,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /** @throws Failure `track-not-found`, `cover-not-found`, `service-unavailable` */
  async cover(trackId: string): Promise<Picture & { fileName: string }> {
    const track = await this.tracks.find(trackId);
    const { media } = track.recording;
    if (!media.hasCoverArt) throw noCover('The file has no embedded picture.');
    const picture = await this.named(track, 'cover', async (path) => {
      const options = { tools: this.programs.tools, timeoutMs: coverTimeoutMs };
      const cover = await embeddedCover(path, media, options).catch(ignoreUndecodable);
      if (!cover) throw noCover('The picture in the file is not of a kind that is sent, too large, or damaged.');
      return cover;
    });
    return { ...located(picture), fileName: fileNameOf(track.title, picture.contentType.slice('image/'.length).replace('jpeg', 'jpg')) };
  }

  /** @throws Failure `track-not-found`, `analysis-not-ready`, `media-undecodable`, `overloaded`, `service-unavailable` */
  async spectrogram({ trackId, ...size }: RequestOf<typeof locateTrackSpectrogram>): Promise<Picture & { fileName: string }> {
    const track = await this.tracks.find(trackId);
    const { media } = track.recording;
    const { durationSeconds } = track;
    if (!track.ready || durationSeconds === null) throw await this.tracks.unfinished(track);
    const picture = await this.named(track, `spectrogram ${size.widthPx}x${size.heightPx}`, async (path) => {
      const source = { path, demuxers: [demuxerOf[media.container]], durationSeconds, sampleRateHz: media.sampleRateHz };
      const { ffmpegPath } = this.programs.tools;
      const bytes = await this.compute.run(drawSpectrogram, { ...source, ...size, ffmpegPath, timeoutMs: spectrogramTimeoutMs });
      return { bytes, contentType: 'image/png' };
    });
    return { ...located(picture), fileName: fileNameOf(track.title, 'png') };
  }

  private async named({ sha256 }: TrackRow, name: string, make: MakePicture): Promise<StoredPicture> {
    const found = await this.store.find(sha256, name);
    if (found) return found;
    const key = `${sha256} ${name}`;
    const making = this.inFlight.get(key) ?? this.make(sha256, name, make).finally(() => this.inFlight.delete(key));
    this.inFlight.set(key, making);
    return making;
  }

  private async make(sourceSha256: string, name: string, make: MakePicture): Promise<StoredPicture> {
    await this.programs.require();
    const { bytes, contentType } = await this.blobs.withLocalFile(sourceSha256, make);
    const { sha256, sizeBytes } = await this.blobs.write(Readable.from([bytes]), { maxBytes: pictureMaxBytes });
    const picture = { name, sha256, sizeBytes, contentType };
    if (!(await this.store.add(sourceSha256, picture))) throw new Failure('track-not-found', 'The track was deleted.');
    return picture;
  }
}

type MakePicture = (path: string) => Promise<{ readonly bytes: Uint8Array; readonly contentType: string }>;

const noCover = (why: string) => new Failure('cover-not-found', why);

const located = ({ sha256, sizeBytes, contentType }: StoredPicture): Picture => ({ sha256, sizeBytes, contentType });

function ignoreUndecodable(error: unknown): undefined {
  if (error instanceof Failure && error.code === 'media-undecodable') return undefined;
  throw error;
}

import { Inject, Injectable } from '@nestjs/common';
import {
  asTitle,
  type beginPlaylistFile,
  Failure,
  fileNameOf,
  type importPlaylist,
  newOwnerFields,
  type PlaylistFileFormat,
  playlistFileMaxBytes,
  playlistMaxItems,
  type ReplyOf,
  type RequestOf,
  type writePlaylistFile,
} from '#contracts';
import { BLOBS, requireSubject } from '#platform';
import type { BlobStore } from '#storage';
import { EntryMatcher } from './entry-matcher.service.ts';
import { jspf, ownJson } from './files/json-playlists.ts';
import { m3u8 } from './files/m3u8.ts';
import { isPlaylist, type PlaylistEntry, type PlaylistFile, type PlaylistWriter } from './files/playlist-entry.ts';
import { readPlaylist } from './files/read-playlist.ts';
import { PlaylistService } from './playlist.service.ts';

const writers: Readonly<Record<PlaylistFileFormat, PlaylistWriter>> = { m3u8, jspf, json: ownJson };
const reportedEntries = 100;
const reportedErrors = 20;

type Unmatched = ReplyOf<typeof importPlaylist>['unmatchedEntries'][number];

@Injectable() // takes playlists from files of other programs, and writes them
export class PlaylistFileService {
  constructor(
    private readonly playlists: PlaylistService,
    private readonly matcher: EntryMatcher,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /** @throws Failure `playlist-invalid`, `playlist-full`, `payload-too-large`, `file-lost`, `external-id-taken`, `too-many-playlists`; nothing is written then */
  async import({ blobSha256, ...said }: RequestOf<typeof importPlaylist>): Promise<ReplyOf<typeof importPlaylist>> {
    const file = await this.read(blobSha256);
    const { entries } = file;
    if (entries.length > playlistMaxItems)
      throw new Failure(
        'playlist-full',
        `The file has more than ${playlistMaxItems} entries, which is what a playlist holds. No playlist was made.`,
      );
    const trackIds = await this.matcher.match(requireSubject(), entries);
    const made = await this.playlists.createWithTracksLeft(
      { ...saidIn(file), ...said },
      trackIds.filter((id) => id !== null),
    );
    const unmatched = entries.flatMap((entry, at): Unmatched[] =>
      made?.trackIds.has(trackIds[at] ?? '') ? [] : [{ entry: at + 1, text: entry.text, reason: reasonOf(entry) }],
    );
    if (!made) throw nothingMatched(unmatched);
    return {
      playlist: made.playlist,
      matched: entries.length - unmatched.length,
      unmatched: unmatched.length,
      unmatchedEntries: unmatched.slice(0, reportedEntries),
    };
  }

  /** @throws Failure `playlist-not-found` */
  async begin({ playlistId, format }: RequestOf<typeof beginPlaylistFile>): Promise<ReplyOf<typeof beginPlaylistFile>> {
    const playlist = await this.playlists.get(playlistId);
    const trackIds = await this.playlists.trackIdsOf(playlistId);
    const { head, separator, tail } = writers[format];
    return { fileName: fileNameOf(playlist.title, format), head: head(playlist), separator, tail, trackIds };
  }

  async write({ format, trackIds }: RequestOf<typeof writePlaylistFile>): Promise<ReplyOf<typeof writePlaylistFile>> {
    const tracks = await this.matcher.describe(requireSubject(), trackIds);
    const { entry } = writers[format];
    return { entries: trackIds.map((id) => (tracks.has(id) ? entry(tracks.get(id)!) : null)) };
  }

  private async read(sha256: string): Promise<PlaylistFile> {
    const { sizeBytes, stream } = await this.blobs.openRead(sha256);
    if (sizeBytes > playlistFileMaxBytes) {
      stream.destroy();
      throw new Failure('payload-too-large', `The file of a playlist has at most ${playlistFileMaxBytes} bytes.`);
    }
    const file = readPlaylist(Buffer.concat(await stream.toArray()));
    if ('fault' in file) throw new Failure('playlist-invalid', file.fault);
    return file;
  }
}

function reasonOf(entry: PlaylistEntry): Unmatched['reason'] {
  if (isPlaylist(entry)) return 'is-playlist';
  const { fileName, title, trackId, externalId } = entry;
  return (fileName ?? title ?? trackId ?? externalId) ? 'not-found' : 'nothing-to-go-by';
}

function nothingMatched(unmatched: readonly Unmatched[]): Failure {
  const errors = unmatched.slice(0, reportedErrors).map(({ entry, text, reason }) => ({
    pointer: '/body',
    code: reason,
    detail: `Entry ${entry}: ${text}`,
  }));
  return new Failure('playlist-invalid', `None of its ${unmatched.length} entries is a track of yours.`, { errors });
}

/** What a file says of the playlist itself, as far as an owner may say it. */
function saidIn({ title, description, tags }: PlaylistFile) {
  const known = newOwnerFields.tags.safeParse(tags);
  return {
    title: asTitle(title ?? '') || undefined,
    description,
    ...(known.data ? { tags: known.data } : {}),
  };
}

/** iTunes Search: no credentials; about 20 calls a minute. */
import * as z from 'zod';
import type { FoundTrack } from '#contracts';
import type { OpenConnection, ProviderConnection, SearchQuery, TrackSearchProvider } from './provider.ts';
import { listOf, optionalText, optionalUrl, providerId, providerText, readAnswer, secondsOf, webUrl } from './provider-answer.ts';

const song = z.object({
  trackId: providerId,
  trackName: providerText,
  artistName: optionalText,
  collectionName: optionalText,
  trackViewUrl: webUrl,
  previewUrl: optionalUrl,
  artworkUrl100: optionalUrl,
  trackTimeMillis: z.number().nullish().catch(null),
});

export class ItunesProvider implements TrackSearchProvider {
  readonly name = 'itunes';
  readonly quota = { limit: 20, perSearch: 1, window: 60 };
  readonly connection: ProviderConnection;

  constructor(open: OpenConnection, url: string) {
    this.connection = open(this.name, [{ url }]);
  }

  async search({ q, limit, timeoutMs }: SearchQuery): Promise<FoundTrack[]> {
    const query = new URLSearchParams({ term: q, media: 'music', entity: 'song', limit: String(limit) });
    const request = { path: `/search?${query}`, headers: { accept: 'application/json' }, timeoutMs, isRepeatable: false };
    const answer = await this.connection.send(request);
    return readAnswer(answer, z.object({ results: listOf(song, limit) })).results.map(trackOf);
  }
}

const trackOf = (found: z.output<typeof song>): FoundTrack => ({
  title: found.trackName,
  artist: found.artistName ?? '',
  album: found.collectionName ?? null,
  durationSeconds: secondsOf(found.trackTimeMillis),
  isrc: null,
  artworkUrl: found.artworkUrl100 ?? null,
  sources: [{ provider: 'itunes', providerTrackId: found.trackId, pageUrl: found.trackViewUrl, previewUrl: found.previewUrl ?? null }],
});

/** YouTube Data v3. A search costs 100 units of the day's quota; the durations come from a second request, which costs one. */
import * as z from 'zod';
import type { FoundTrack } from '#contracts';
import type { OpenConnection, ProviderConnection, SearchQuery, TrackSearchProvider, VideoDetails } from './provider.ts';
import { decodeEntities, listOf, optionalUrl, parseIsoDuration, providerText, readAnswer } from './provider-answer.ts';

const videoId = z.string().regex(/^[\w-]{11}$/);
const title = z.string().transform(decodeEntities).pipe(providerText);
const thumbnails = z
  .object({ medium: z.object({ url: optionalUrl }).nullish(), default: z.object({ url: optionalUrl }).nullish() })
  .nullish()
  .catch(null);
const hit = z.object({ id: z.object({ videoId }), snippet: z.object({ title, channelTitle: title, thumbnails }) });
const details = z.object({ id: videoId, contentDetails: z.object({ duration: z.string() }), snippet: z.object({ title }).optional() });

const described = details.extend({ snippet: z.object({ title, channelTitle: title }) });

export class YouTubeProvider implements TrackSearchProvider {
  readonly name = 'youtube';
  readonly quota;
  readonly connection: ProviderConnection;
  readonly #key: string;

  constructor(open: OpenConnection, { url, key, dailyQuota }: { readonly url: string; readonly key: string; readonly dailyQuota: number }) {
    this.connection = open(this.name, [{ url }]);
    this.quota = { limit: dailyQuota, perSearch: 101, window: 'pacific-day' } as const;
    this.#key = key;
  }

  async search({ q, limit, timeoutMs }: SearchQuery): Promise<FoundTrack[]> {
    const endMs = performance.now() + timeoutMs;
    const query = { part: 'snippet', type: 'video', videoCategoryId: '10', maxResults: String(limit), q };
    const { items } = readAnswer(await this.#get('search', query, timeoutMs), z.object({ items: listOf(hit, limit) }));
    const durations = await this.#durations(
      items.map(({ id }) => id.videoId),
      Math.max(1, endMs - performance.now()),
    );
    return items.map((found) => trackOf(found, durations.get(found.id.videoId) ?? null));
  }

  async describe(
    id: string,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<VideoDetails | undefined> {
    const answer = await this.#get('videos', { part: 'snippet,contentDetails', id }, timeoutMs, signal);
    const found = readAnswer(answer, z.object({ items: listOf(described, 1) })).items.find((video) => video.id === id);
    if (!found) return undefined;
    const { snippet, contentDetails } = found;
    return { title: snippet.title, channel: snippet.channelTitle, durationSeconds: parseIsoDuration(contentDetails.duration) || null };
  }

  /** Without durations the results are still worth something. */
  async #durations(ids: readonly string[], timeoutMs: number): Promise<ReadonlyMap<string, number | null>> {
    if (ids.length === 0) return new Map();
    const answer = this.#get('videos', { part: 'contentDetails', id: ids.join(',') }, timeoutMs);
    const read = answer.then((one) => readAnswer(one, z.object({ items: listOf(details, 50) })).items).catch(() => []);
    return new Map((await read).map(({ id, contentDetails }) => [id, parseIsoDuration(contentDetails.duration)]));
  }

  /** The key travels in a header, so that no address with it is ever logged. */
  #get(path: 'search' | 'videos', query: Readonly<Record<string, string>>, timeoutMs: number, signal?: AbortSignal) {
    const headers = { accept: 'application/json', 'x-goog-api-key': this.#key };
    return this.connection.send({
      path: `/${path}?${new URLSearchParams(query)}`,
      headers,
      timeoutMs,
      isRepeatable: false,
      ...(signal && { signal }),
    });
  }
}

/** "Artist - Title" is how most videos are named; else the channel stands for the artist. */
function trackOf({ id, snippet }: z.output<typeof hit>, durationSeconds: number | null): FoundTrack {
  const [, artist, name] = /^(.{1,100}?) [-–—] (.+)$/.exec(snippet.title) ?? [];
  return {
    title: name ?? snippet.title,
    artist: artist ?? snippet.channelTitle.replace(/ - Topic$/, ''),
    album: null,
    durationSeconds,
    isrc: null,
    artworkUrl: snippet.thumbnails?.medium?.url ?? snippet.thumbnails?.default?.url ?? null,
    sources: [
      { provider: 'youtube', providerTrackId: id.videoId, pageUrl: `https://www.youtube.com/watch?v=${id.videoId}`, previewUrl: null },
    ],
  };
}

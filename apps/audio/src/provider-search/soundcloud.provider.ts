/** SoundCloud: tokens by client credentials, kept until shortly before they expire. */
import * as z from 'zod';
import type { FoundTrack } from '#contracts';
import type { OpenConnection, ProviderConnection, SearchQuery, TrackSearchProvider } from './provider.ts';
import { ProviderProblem } from './provider.ts';
import { listOf, optionalText, optionalUrl, providerId, providerText, readAnswer, readIsrc, secondsOf, webUrl } from './provider-answer.ts';

export interface SoundCloudSettings {
  readonly url: string;
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

interface Token {
  readonly value: string;
  readonly untilMs: number;
}

const tokenAnswer = z.object({ access_token: z.string().min(1).max(4_000), expires_in: z.number().min(1).max(31_536_000).catch(3_600) });
const sound = z.object({
  id: providerId,
  title: providerText,
  duration: z.number().nullish().catch(null),
  permalink_url: webUrl,
  artwork_url: optionalUrl,
  isrc: optionalText,
  metadata_artist: optionalText,
  user: z.object({ username: optionalText }).nullish().catch(null),
});
/** Either shape, with and without `linked_partitioning`. */
const searchAnswer = (limit: number) =>
  z.union([listOf(sound, limit), z.object({ collection: listOf(sound, limit) }).transform(({ collection }) => collection)]);

/** A token is renewed this long before it ends. */
const marginMs = 60_000;

export class SoundCloudProvider implements TrackSearchProvider {
  readonly name = 'soundcloud';
  readonly connection: ProviderConnection;
  readonly #authorization: ProviderConnection;
  readonly #settings: SoundCloudSettings;
  #token: Promise<Token> | undefined;

  constructor(open: OpenConnection, settings: SoundCloudSettings) {
    this.connection = open(this.name, [{ url: settings.url }]);
    this.#authorization = open('soundcloud-auth', [{ url: settings.authUrl }]);
    this.#settings = settings;
  }

  async search(query: SearchQuery): Promise<FoundTrack[]> {
    const endMs = performance.now() + query.timeoutMs;
    const token = await this.#currentToken(query.timeoutMs);
    const answer = await this.#find(query, token, endMs);
    if (answer.status !== 401) return readAnswer(answer, searchAnswer(query.limit)).map(trackOf);
    this.#token = undefined; // revoked before its time: one more attempt with a new one
    const renewed = await this.#find(query, await this.#currentToken(endMs - performance.now()), endMs);
    return readAnswer(renewed, searchAnswer(query.limit)).map(trackOf);
  }

  #find({ q, limit }: SearchQuery, token: string, endMs: number) {
    const query = new URLSearchParams({ q, limit: String(limit), access: 'playable' });
    const headers = { accept: 'application/json', authorization: `OAuth ${token}` };
    return this.connection.send({ path: `/tracks?${query}`, headers, timeoutMs: Math.max(1, endMs - performance.now()) });
  }

  /** Callers at the same time share one request. */
  async #currentToken(timeoutMs: number): Promise<string> {
    const known = await this.#token?.catch(() => undefined);
    if (known && performance.now() < known.untilMs) return known.value;
    if (known) this.#token = undefined;
    this.#token ??= this.#fetchToken(Math.max(1, timeoutMs));
    const asked = this.#token;
    return asked.then(
      ({ value }) => value,
      (error: unknown) => {
        if (this.#token === asked) this.#token = undefined;
        throw error;
      },
    );
  }

  async #fetchToken(timeoutMs: number): Promise<Token> {
    const { clientId, clientSecret } = this.#settings;
    const headers = {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    };
    const body = 'grant_type=client_credentials';
    const answer = await this.#authorization.send({ method: 'POST', path: '/oauth/token', headers, body, timeoutMs });
    if (answer.status === 400) throw new ProviderProblem('refused', 'The provider refuses our credentials (400).');
    const { access_token: value, expires_in: seconds } = readAnswer(answer, tokenAnswer);
    if (!/^[\x21-\x7e]+$/.test(value)) throw new ProviderProblem('failed', 'The provider gives a token that is none.');
    return { value, untilMs: performance.now() + Math.max(seconds * 1_000 - marginMs, seconds * 500) };
  }
}

const trackOf = (found: z.output<typeof sound>): FoundTrack => ({
  title: found.title,
  artist: found.metadata_artist || found.user?.username || '',
  album: null,
  durationSeconds: secondsOf(found.duration),
  isrc: readIsrc(found.isrc),
  artworkUrl: found.artwork_url ?? null,
  sources: [{ provider: 'soundcloud', providerTrackId: found.id, pageUrl: found.permalink_url, previewUrl: null }],
});

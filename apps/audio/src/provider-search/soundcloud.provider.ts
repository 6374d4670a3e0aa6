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
  #token: Token | undefined;
  /** Callers at the same time share one request. */
  #asked: Promise<Token> | undefined;

  constructor(open: OpenConnection, settings: SoundCloudSettings) {
    this.connection = open(this.name, [{ url: settings.url }]);
    this.#authorization = open('soundcloud-auth', [{ url: settings.authUrl }]);
    this.#settings = settings;
  }

  async search(query: SearchQuery): Promise<FoundTrack[]> {
    const endMs = performance.now() + query.timeoutMs;
    const token = await this.#currentToken(endMs);
    const answer = await this.#find(query, token, endMs);
    if (answer.status !== 401) return readAnswer(answer, searchAnswer(query.limit)).map(trackOf);
    if (this.#token === token) this.#token = undefined; // revoked before its time: one more attempt with a new one
    const renewed = await this.#find(query, await this.#currentToken(endMs), endMs);
    return readAnswer(renewed, searchAnswer(query.limit)).map(trackOf);
  }

  #find({ q, limit }: SearchQuery, { value }: Token, endMs: number) {
    const query = new URLSearchParams({ q, limit: String(limit), access: 'playable' });
    const headers = { accept: 'application/json', authorization: `OAuth ${value}` };
    return this.connection.send({ path: `/tracks?${query}`, headers, timeoutMs: timeLeft(endMs) });
  }

  async #currentToken(endMs: number): Promise<Token> {
    if (this.#token && performance.now() < this.#token.untilMs) return this.#token;
    this.#asked ??= this.#fetchToken(endMs)
      .then((token) => {
        this.#token = token;
        return token;
      })
      .finally(() => {
        this.#asked = undefined;
      });
    return this.#asked;
  }

  async #fetchToken(endMs: number): Promise<Token> {
    const { clientId, clientSecret } = this.#settings;
    const headers = {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    };
    const body = 'grant_type=client_credentials';
    const answer = await this.#authorization.send({ method: 'POST', path: '/oauth/token', headers, body, timeoutMs: timeLeft(endMs) });
    if (answer.status === 400) throw new ProviderProblem('refused', 'The provider refuses our credentials (400).');
    const { access_token: value, expires_in: seconds } = readAnswer(answer, tokenAnswer);
    if (!/^[\x21-\x7e]+$/.test(value)) throw new ProviderProblem('failed', 'The provider gives a token that is none.');
    return { value, untilMs: performance.now() + Math.max(seconds * 1_000 - marginMs, seconds * 500) };
  }
}

const timeLeft = (endMs: number) => Math.max(1, endMs - performance.now());

const trackOf = (found: z.output<typeof sound>): FoundTrack => ({
  title: found.title,
  artist: found.metadata_artist || found.user?.username || '',
  album: null,
  durationSeconds: secondsOf(found.duration),
  isrc: readIsrc(found.isrc),
  artworkUrl: found.artwork_url ?? null,
  sources: [{ provider: 'soundcloud', providerTrackId: found.id, pageUrl: found.permalink_url, previewUrl: null }],
});

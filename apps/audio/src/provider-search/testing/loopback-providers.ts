/** One loopback server with the shapes of SoundCloud (`/sc`), iTunes (`/it`) and YouTube (`/yt`), and what goes wrong with them. */
import type { ServerResponse } from 'node:http';
import { type ReceivedRequest, type Receiver, startReceiver } from '#testing';

export type Fault = 'html' | 'half' | 'huge' | 'late' | 'redirect' | 'fails' | 'refuses' | undefined;
type Name = 'sc' | 'it' | 'yt';

const json = (response: ServerResponse, body: unknown, type = 'application/json') =>
  response.writeHead(200, { 'content-type': type }).end(JSON.stringify(body));

const faults: Readonly<Record<NonNullable<Fault>, (response: ServerResponse) => unknown>> = {
  html: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Maintenance'),
  half: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"results": [{"trackId"'),
  huge: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.alloc(10_000_000, '[')),
  late: () => undefined,
  redirect: (response) => response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
  fails: (response) => response.writeHead(503).end(),
  refuses: (response) => response.writeHead(403).end(),
};

const answers: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  '/sc/oauth/token': (response) => json(response, { access_token: 'sc-token', expires_in: 3_600, token_type: 'bearer' }),
  '/sc/tracks': (response) =>
    json(response, [
      {
        id: 7,
        title: 'Jóga',
        duration: 305_100,
        permalink_url: 'https://soundcloud.com/bjork/joga',
        user: { username: 'Björk' },
        isrc: null,
      },
      { id: 8, title: 'broken', permalink_url: 'javascript:alert(1)' },
    ]),
  '/it/search': (response) =>
    json(
      response,
      {
        resultCount: 1,
        results: [
          {
            ...{ trackId: 42, trackName: 'Jóga', artistName: 'Björk', collectionName: 'Homogenic', trackTimeMillis: 305_000 },
            ...{ trackViewUrl: 'https://music.apple.com/42', previewUrl: 'https://a.test/42.m4a', artworkUrl100: 'https://a.test/42.jpg' },
          },
        ],
      },
      'text/javascript; charset=utf-8',
    ),
  '/yt/search': (response) =>
    json(response, {
      items: [
        { id: { videoId: 'aaaaaaaaaaa' }, snippet: { title: 'Björk - Joga (Official Video) &amp; more', channelTitle: 'bjorkdotcom' } },
        { id: { videoId: 'bbbbbbbbbbb' }, snippet: { title: 'Joga', channelTitle: 'Björk - Topic' } },
      ],
    }),
  '/yt/videos': (response) =>
    json(response, {
      items: [
        { id: 'bbbbbbbbbbb', contentDetails: { duration: 'PT5M6S' }, snippet: { title: 'Joga &amp; more', channelTitle: 'Björk - Topic' } },
      ],
    }),
};

export interface LoopbackProviders {
  readonly receiver: Receiver;
  readonly faults: Partial<Record<Name, Fault>>;
  /** Requests to this path. */
  count(path: string): number;
  /** Configuration that leads to it. */
  readonly environment: Readonly<Record<string, string>>;
}

export async function startProviders(): Promise<LoopbackProviders> {
  const broken: Partial<Record<Name, Fault>> = {};
  const pathOf = ({ url }: ReceivedRequest) => url.split('?')[0]!;
  const receiver = await startReceiver((request, response) => {
    const path = pathOf(request);
    const fault = broken[path.split('/')[1] as Name];
    if (fault) faults[fault](response);
    else if (path === '/sc/tracks' && request.headers.authorization !== 'OAuth sc-token') response.writeHead(401).end();
    else if (path.startsWith('/yt') && request.headers['x-goog-api-key'] !== 'yt-key') response.writeHead(400).end();
    else (answers[path] ?? ((other) => other.writeHead(404).end()))(response);
  });
  const environment = {
    ...{ SOUNDCLOUD_URL: `${receiver.url}/sc`, SOUNDCLOUD_AUTH_URL: `${receiver.url}/sc` },
    ...{ SOUNDCLOUD_CLIENT_ID: 'sc-id', SOUNDCLOUD_CLIENT_SECRET: 'sc-secret' },
    ...{ ITUNES_URL: `${receiver.url}/it`, YOUTUBE_URL: `${receiver.url}/yt`, YOUTUBE_API_KEY: 'yt-key' },
    OUTBOUND_ALLOW_PRIVATE: receiver.host,
  };
  return { receiver, faults: broken, environment, count: (path) => receiver.requests.filter((request) => pathOf(request) === path).length };
}

/** One of each resource that a user makes of tracks, texts and videos, for suites that ask every route. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Api } from './api.ts';
import { pixel, sendAttachment } from './attachments.ts';
import { sendCaption, sendVideo } from './video-files.ts';

const sampleVideo = join(import.meta.dirname, '../../../../deploy/sample/rafaga-sample.mp4');

/** @returns ids by the names that paths give them */
export async function createPublications(user: Api, trackId: string) {
  const video = await sendVideo(user, readFileSync(sampleVideo), 'rafaga-sample.mp4', { wait: 60 });
  const playlist = await user.post('/v1/playlists', { trackIds: [trackId] });
  const items = await user.get(`/v1/playlists/${playlist.body.id}/items`);
  const saved = await user.post('/v1/saved-videos', { url: 'https://youtu.be/dQw4w9WgXcQ' });
  const rendition = await user.post(`/v1/tracks/${trackId}/renditions?wait=30`, { level: 'low', format: 'opus' });
  await user.get(`/v1/tracks/${trackId}/hls/master.m3u8?wait=30`);
  const stream = await user.post(`/v1/videos/${video.body.id}/renditions?wait=60`, { preset: 'web-240p' });
  const caption = await sendCaption(user, video.body.id, 'WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n', 'language=en');
  const scored = await user.send('/v1/videos/score?weights[views]=1&save=true', {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: '{"id":"a","views":1}',
  });
  const post = await user.post('/v1/posts', { text: 'A first text.' });
  const picture = await sendAttachment(user, pixel, 'pixel.gif');
  // Nothing is sent there: suites allow the discard port of the loopback address, and the publication is due in a year.
  const connection = await user.post('/v1/publishers/webhook/connect', { url: 'http://127.0.0.1:9/posts' });
  const dueAt = new Date(Date.now() + 365 * 86_400_000).toISOString();
  const publication = await user.post(`/v1/posts/${post.body.id}/publish`, { accountId: connection.body.account.id, dueAt });
  const collection = await user.post('/v1/collections', {});
  const externalId = 'a-document';
  await user.send(`/v1/collections/${collection.body.id}/documents/${externalId}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'A document.' }),
  });
  const load = await user.send(`/v1/collections/${collection.body.id}/documents?wait=30`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: '{"id":"loaded","text":"Another document."}',
  });
  const written = await user.post('/v1/exports?wait=30', { source: 'documents', collectionId: collection.body.id });
  const run = await user.post(`/v1/collections/${collection.body.id}/duplicate-runs?wait=30`, {});
  const everything = await user.send('/v1/me/export?wait=60', { method: 'POST' });
  const fetched = await user.post('/v1/imports', { url: 'http://127.0.0.1:9/nowhere.wav', kind: 'track' });
  const address = await user.post(`/v1/me/export/${everything.body.id}/file/links`, {});
  return {
    videoId: video.body.id as string,
    playlistId: playlist.body.id as string,
    itemId: items.body.items[0].id as string,
    savedVideoId: saved.body.id as string,
    renditionId: rendition.body.id as string,
    videoRenditionId: stream.body.id as string,
    captionId: caption.body.id as string,
    scoreRunId: scored.headers.get('location')!.split('/').at(-1)!,
    postId: post.body.id as string,
    level: 'low',
    name: 'linkedin',
    accountId: connection.body.account.id as string,
    publicationId: publication.body.id as string,
    attachmentId: picture.body.id as string,
    collectionId: collection.body.id as string,
    externalId,
    accountExportId: everything.body.id as string,
    'account-export token': (address.body.url as string).split('/').at(-2)!,
    loadId: load.body.id as string,
    duplicateRunId: run.body.id as string,
    exportId: written.body.id as string,
    importId: fetched.body.id as string,
  };
}

/** Parameters whose meaning depends on the path: the beginning of the path, the name there, and the name among the ids. */
const byPath: readonly [start: string, parameter: string, name: string][] = [
  ['/v1/videos/', 'renditionId', 'videoRenditionId'],
  ['/v1/links/', 'renditionId', 'videoRenditionId'],
];

/** Queries without which a route refuses every request. */
const neededQueries: Readonly<Record<string, string>> = {
  '/v1/collections/{collectionId}/search': '?q=document',
  '/v1/videos/{videoId}/captions': '?language=en',
  '/v1/posts/{postId}/versions/{version}/diff': '?against=1',
  '/v1/search/tracks': '?q=golden',
  '/v1/posts/calendar': '?from=2027-03-01T00:00:00.000Z&to=2027-04-01T00:00:00.000Z',
};

/** The path with an id in place of each parameter; `{token}` is named after what it leads to: `file token`. */
export function fillPath(path: string, ids: Readonly<Record<string, string | undefined>>): string {
  const last = path.split('/')[4];
  const what = last === 'captions' ? 'streams' : last; // one token for all of a stream
  const filled = path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
    const special = byPath.find(([start, name]) => name === parameter && path.startsWith(start));
    return ids[special?.[2] ?? (parameter === 'token' ? `${what} token` : parameter)] ?? '';
  });
  return `${filled}${neededQueries[path] ?? ''}`;
}

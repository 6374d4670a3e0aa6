import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { Failure, type FailureCode, type ReplyOf, type RequestOf, type searchTracks, type TrackProvider } from '#contracts';
import { type Bus, type Lifecycle, openCall, runInCall } from '#platform';
import { ListenerLimit } from '../jobs/listener-limit.ts';
import { ProviderSearch } from './provider-search.service.ts';

type Answer = (name: TrackProvider) => ReplyOf<typeof searchTracks>;

/** The data of the last event. */
async function done(providers: TrackProvider[], answer: Answer) {
  const bus = { call: async (_: unknown, request: RequestOf<typeof searchTracks>) => answer(request.providers![0]!) } as unknown as Bus;
  const lifecycle = { stopping: new AbortController().signal } as Lifecycle;
  const limit = new ListenerLimit({ perOwner: 1, altogether: 1 });
  const search = new ProviderSearch(bus, lifecycle, limit, { heartbeatMs: 60_000, bufferMaxBytes: 65_536 });
  const call = { ...openCall({ deadlineMs: 60_000 }), subject: 'u' };
  const events = await runInCall(call, () => text(search.events({ q: 'x', limit: 20, providers })));
  return JSON.parse(events.slice(events.lastIndexOf('data: ') + 6)) as ReplyOf<typeof searchTracks>;
}

it('asks a provider once that is named twice', async () => {
  const answered: Answer = (name) => ({ items: [], nextCursor: null, providers: [{ name, state: 'answered', tookMs: 1, problem: null }] });
  expect((await done(['itunes', 'itunes'], answered)).providers).toEqual([{ name: 'itunes', state: 'answered', tookMs: 1, problem: null }]);
});

it.each<[FailureCode, string]>([
  ['deadline-exceeded', 'late'],
  ['service-unavailable', 'unavailable'],
  ['overloaded', 'unavailable'],
  ['internal', 'failed'],
])('tells %s of the audio service as a provider that is %s', async (code, state) => {
  const failing: Answer = () => {
    throw new Failure(code, 'no');
  };
  expect((await done(['itunes'], failing)).providers).toMatchObject([{ name: 'itunes', state }]);
});

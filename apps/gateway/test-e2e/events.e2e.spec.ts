import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { Api } from './support/api.ts';
import { clicks } from './support/audio-files.ts';
import { collectEvents, readEvents } from './support/event-reader.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
let ana: Api;
let events: string;
let seed = 100;

beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio'], { GATEWAY_EVENT_STREAMS_PER_USER: '2', GATEWAY_EVENT_HEARTBEAT_MS: '100' });
  ana = await Api.register(stack.url);
}, 120_000);
afterAll(() => stack?.close());

/** Starts a job that runs until ffmpeg is released. */
beforeEach(async () => {
  stack.ffmpeg.hold();
  const { body } = await ana.upload(clicks(100, 4, seed++));
  events = `${body.links.job}/events`;
});
afterEach(() => stack.ffmpeg.release());

const open = async (leave: AbortController) => ana.raw(events, { signal: leave.signal });

describe('event streams', () => {
  it('send heartbeats while there are no events', async () => {
    const leave = new AbortController();
    const heartbeats: string[] = [];
    const listen = async () => {
      for await (const _event of readEvents(await open(leave), (line) => heartbeats.push(line)));
    };
    const listening = listen().catch((error: Error) => error.name);
    expect(await until(() => heartbeats.length >= 3, 20_000)).toBe(true);
    leave.abort();
    expect(await listening).toBe('AbortError');
  });

  it('are limited per user, and a closed stream frees a place', async () => {
    const leaving = [new AbortController(), new AbortController()];
    const streams = await Promise.all(leaving.map(open));
    expect(streams.map(({ status }) => status)).toEqual([200, 200]);
    const third = await ana.get(events);
    expect(third).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(third.headers.get('retry-after')).toBe('10');
    expect((await (await Api.register(stack.url)).get(events)).status).toBe(404);

    leaving[0]!.abort();
    const later = new AbortController();
    const isAccepted = async () => (await open(later)).status === 200;
    expect(await until(isAccepted, 20_000)).toBe(true);
    later.abort();
    leaving[1]!.abort();
  });

  it('answer 204 after the final event, so that a browser does not reconnect', async () => {
    stack.ffmpeg.release();
    const received = await collectEvents(await ana.raw(events));
    const last = received.at(-1);
    expect((await ana.get(events, { 'last-event-id': String(last?.id) })).status).toBe(204);
    expect((await ana.get(events, { 'last-event-id': String((last?.id ?? 0) - 1) })).body).toContain('event: job.succeeded');
  });

  it('are sent to every listener and end with the job', async () => {
    const bea = await Api.register(stack.url); // a new user: streams of the previous test may still be closing
    const { body } = await bea.upload(clicks(100, 4, seed++));
    const listening = [1, 2].map(async () => collectEvents(await bea.raw(`${body.links.job}/events`)));
    stack.ffmpeg.release();
    const received = await Promise.all(listening);
    for (const all of received) expect(all.at(-1)?.event).toBe('job.succeeded');
    expect(received[0]).toEqual(received[1]);
  });
});

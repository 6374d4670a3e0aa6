import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { Api } from './support/api.ts';
import { collectEvents, readEvents } from './support/event-reader.ts';
import { type House, openHouse } from './support/house.ts';
import { clicks } from './support/sounds.ts';

let house: House;
let ana: Api;
let events: string;
let seed = 100;

beforeAll(async () => {
  house = await openHouse(['gateway', 'audio'], { GATEWAY_EVENT_STREAMS_PER_USER: '2', GATEWAY_EVENT_HEARTBEAT_MS: '100' });
  ana = await Api.register(house.url);
}, 120_000);
afterAll(() => house?.close());

/** A job that runs until the test lets it. */
beforeEach(async () => {
  house.ffmpeg.hold();
  const { body } = await ana.upload(clicks(100, 4, seed++));
  events = `${body.links.job}/events`;
});
afterEach(() => house.ffmpeg.release());

const open = async (leave: AbortController) => ana.raw(events, { signal: leave.signal });

describe('event streams', () => {
  it('show that they stand while nothing happens', async () => {
    const leave = new AbortController();
    const beats: string[] = [];
    const listen = async () => {
      for await (const _event of readEvents(await open(leave), (line) => beats.push(line)));
    };
    const listening = listen().catch((error: Error) => error.name);
    expect(await until(() => beats.length >= 3, 20_000)).toBe(true);
    leave.abort();
    expect(await listening).toBe('AbortError');
  });

  it('are bounded for each user, and a listener who leaves makes room', async () => {
    const leaving = [new AbortController(), new AbortController()];
    const streams = await Promise.all(leaving.map(open));
    expect(streams.map(({ status }) => status)).toEqual([200, 200]);
    const third = await ana.get(events);
    expect(third).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(third.headers.get('retry-after')).toBe('10');
    expect((await (await Api.register(house.url)).get(events)).status).toBe(404);

    leaving[0]!.abort();
    const later = new AbortController();
    const letIn = async () => (await open(later)).status === 200;
    expect(await until(letIn, 20_000)).toBe(true);
    later.abort();
    leaving[1]!.abort();
  });

  it('are over for whoever has heard the end, so that a browser does not come back for ever', async () => {
    house.ffmpeg.release();
    const heard = await collectEvents(await ana.raw(events));
    const last = heard.at(-1);
    expect((await ana.get(events, { 'last-event-id': String(last?.id) })).status).toBe(204);
    expect((await ana.get(events, { 'last-event-id': String((last?.id ?? 0) - 1) })).body).toContain('event: job.succeeded');
  });

  it('reach every listener and end with the job', async () => {
    const bea = await Api.register(house.url); // nobody listens for her yet; those of the test before may still be leaving
    const { body } = await bea.upload(clicks(100, 4, seed++));
    const listening = [1, 2].map(async () => collectEvents(await bea.raw(`${body.links.job}/events`)));
    house.ffmpeg.release();
    const heard = await Promise.all(listening);
    for (const all of heard) expect(all.at(-1)?.event).toBe('job.succeeded');
    expect(heard[0]).toEqual(heard[1]);
  });
});

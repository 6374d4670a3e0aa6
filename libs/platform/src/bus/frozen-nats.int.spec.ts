/** A NATS whose process is stopped: its sockets stand, nothing is answered. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { rpc } from '#contracts';
import { freeze, type ManagedServer, startNats, until } from '#testing/servers';
import { Log } from '../logs/log.ts';
import { Dependencies } from '../probes/dependencies.ts';
import { Bus } from './bus.ts';
import { BusServer } from './bus-server.ts';
import { replyHeaders } from './codec.ts';
import { NatsLink } from './nats-link.ts';

const log = Log.open({ service: 'spec', instance: '1', level: 'silent' });
const patienceMs = 20_000;
const ask = rpc({ subject: 'spec.thing.ask.v1', request: z.object({}), reply: z.object({}), failures: [], deadlineMs: 600_000 });

let nats: ManagedServer;
let link: NatsLink;
let bus: Bus;
let thaw = () => {};
const dependencies = new Dependencies();

beforeAll(async () => {
  nats = await startNats();
  link = new NatsLink({ url: nats.url, name: 'spec', log, silenceMs: 600 });
  link.start();
  bus = new Bus(link, log, { silenceMs: 60_000 });
  dependencies.add({ name: 'nats', required: true, check: () => link.ping() });
  const connection = await link.whenConnected();
  let held = 0;
  connection.subscribe(ask.subject, {
    callback: (_error, message) => void (held++ === 0 || message.respond('{}', { headers: replyHeaders('reply') })), // the first one gets no answer
  });
});
afterAll(async () => {
  thaw();
  await link.close();
  await nats.stop();
});

const isUp = async () => (await dependencies.check()).every(({ up }) => up);

describe('while NATS is frozen', () => {
  it('requests under way and new ones are refused at once, probes name it, and it heals by itself', async () => {
    expect(await isUp()).toBe(true);
    const underWay = bus.call(ask, {});
    await link.ping(); // it has left
    thaw = freeze(nats);
    expect(await isUp()).toBe(false); // the first probe says so: the library would take 15 s
    await expect(underWay).rejects.toMatchObject({ code: 'service-unavailable', retryAfterSeconds: 2 });
    await expect(bus.call(ask, {})).rejects.toMatchObject({ code: 'service-unavailable', retryAfterSeconds: 2 });
    thaw();
    expect(await until(isUp, patienceMs)).toBe(true);
    expect(await until(() => link.isUp, patienceMs)).toBe(true);
    expect(await bus.call(ask, {})).toEqual({});
  });

  it('a drain ends with its grace', async () => {
    const server = new BusServer(link, { service: 'spec', maxInFlight: 1, log });
    server.addHandler('spec.thing.drain.v1', Object.assign(async () => ({}), { extras: { contract: ask, everyCopy: false } }) as never);
    server.listen(() => undefined);
    await link.ping();
    thaw = freeze(nats);
    await server.drain(100);
    thaw();
    server.close();
    expect(await until(() => link.isUp, patienceMs)).toBe(true);
  });
});

describe('a server that was told to leave before NATS was there', () => {
  it('serves nothing afterwards', async () => {
    const late = new NatsLink({ url: nats.url, name: 'late', log });
    const server = new BusServer(late, { service: 'late', maxInFlight: 1, log });
    server.addHandler('spec.thing.late.v1', Object.assign(async () => ({}), { extras: { contract: ask, everyCopy: false } }) as never);
    server.listen(() => undefined);
    await server.drain(100);
    late.start();
    await late.whenConnected();
    await late.ping();
    await expect(bus.call({ ...ask, subject: 'spec.thing.late.v1' }, {})).rejects.toMatchObject({ code: 'service-unavailable' });
    await late.close();
  });
});

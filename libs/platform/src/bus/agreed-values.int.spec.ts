import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testNatsUrl } from '#testing';
import { Log } from '../logs/log.ts';
import { AgreedValues } from './agreed-values.ts';
import { NatsLink } from './nats-link.ts';

const log = Log.open({ service: 'spec', instance: '1', level: 'silent' });
const stream = `SPEC_${process.pid}`;
const links: NatsLink[] = [];
let copies: AgreedValues[];

beforeAll(async () => {
  for (const name of ['one', 'two', 'three']) links.push(new NatsLink({ url: testNatsUrl(), name, log }));
  for (const link of links) link.start();
  await Promise.all(links.map((link) => link.whenConnected()));
  copies = links.map((link) => new AgreedValues(link, { stream, subject: `spec-${process.pid}` }));
});
afterAll(async () => {
  const { jetstreamManager } = await import('@nats-io/jetstream');
  await (await jetstreamManager(links[0]!.connection)).streams.delete(stream);
  for (const link of links) await link.close();
});

const changedBy = async (key: string, value: string) =>
  (await Promise.all(copies.map((copy) => copy.change(key, value)))).filter(Boolean).length;

describe('values that copies of a service agree on', () => {
  it('are changed by one of the copies that race, each time', async () => {
    const winners: number[] = [];
    for (let round = 0; round < 20; round++) winners.push(await changedBy('redis', round % 2 === 0 ? 'degraded' : 'healthy'));
    expect(winners).toEqual(Array.from({ length: 20 }, () => 1));
  });
  it('are changed by nobody who says what is known already', async () => {
    expect(await changedBy('postgres', 'critical')).toBe(1);
    expect(await changedBy('postgres', 'critical')).toBe(0);
    expect(await copies[1]!.change('postgres', 'healthy')).toBe(true);
  });
  it('have a first value that nobody needs to write', async () => {
    const copy = new AgreedValues(links[0]!, { stream, subject: `spec-${process.pid}`, initial: 'healthy' });
    expect(await copy.change('nats', 'healthy')).toBe(false);
    expect(await copy.change('nats', 'critical')).toBe(true);
    expect(await copy.change('nats', 'healthy')).toBe(true);
  });
  it('have keys of any characters', async () => {
    expect(await copies[0]!.change('a b.c>*', 'x')).toBe(true);
    expect(await copies[1]!.change('a b.c>*', 'x')).toBe(false);
  });
});

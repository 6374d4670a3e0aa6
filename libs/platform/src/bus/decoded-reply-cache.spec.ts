import { describe, expect, it } from '@jest/globals';
import { register } from 'prom-client';
import * as z from 'zod';
import { rpc } from '#contracts';
import { DecodedReplyCache } from './decoded-reply-cache.ts';
import { isFrozenReply } from './presented-reply-memo.ts';

const contract = (verb: string) =>
  rpc({ subject: `spec.thing.${verb}.v1`, request: z.object({}), reply: z.object({ text: z.string() }), failures: [], deadlineMs: 1_000 });
const get = contract('get');
const look = contract('look');
const jsonOf = (size: number, mark = 'x') => Buffer.from(JSON.stringify({ text: mark.repeat(size) }));

describe('DecodedReplyCache', () => {
  let reads = 0;
  const readerOf = (json: Buffer) => () => {
    reads += 1;
    return JSON.parse(json.toString()) as { text: string };
  };
  const readTimes = (memo: DecodedReplyCache, json: Buffer, times: number, of = get) => {
    reads = 0;
    const replies = Array.from({ length: times }, () => memo.read(of, json, readerOf(json)));
    return { reads, replies };
  };

  it('knows a reply by its bytes from the third time on, and hands out one frozen value', async () => {
    const before = (await register.getSingleMetric('rpc_client_replies_known_total')!.get()).values[0]?.value ?? 0;
    const { reads, replies } = readTimes(new DecodedReplyCache(1_000_000), jsonOf(500), 5);
    expect([reads, replies[1] === replies[4], isFrozenReply(replies[4]), replies[0] === replies[4]]).toEqual([2, true, true, false]);
    expect(replies[4]).toEqual({ text: 'x'.repeat(500) });
    expect((await register.getSingleMetric('rpc_client_replies_known_total')!.get()).values[0]?.value).toBe(before + 3);
  });

  it('reads again what differs in a single character', () => {
    const memo = new DecodedReplyCache(1_000_000);
    readTimes(memo, jsonOf(500), 3);
    expect(memo.read(get, jsonOf(499), readerOf(jsonOf(499)))).toEqual({ text: 'x'.repeat(499) });
  });

  it('does not take what one contract answered for what another did', () => {
    const memo = new DecodedReplyCache(1_000_000);
    readTimes(memo, jsonOf(500), 3);
    expect(readTimes(memo, jsonOf(500), 1, look).reads).toBe(1);
  });

  it.each([
    ['short', 20],
    ['huge', 70_000],
  ])('leaves a %s one alone', (_size, length) => {
    expect(readTimes(new DecodedReplyCache(10_000_000), jsonOf(length), 4).reads).toBe(4);
  });

  it('keeps no more than it was given room for', () => {
    const memo = new DecodedReplyCache(8 * 1_200);
    readTimes(memo, jsonOf(1_000, 'a'), 3);
    readTimes(memo, jsonOf(1_000, 'b'), 3);
    expect(readTimes(memo, jsonOf(1_000, 'a'), 1).reads).toBe(1);
  });

  it('without room keeps nothing', () => {
    expect(readTimes(new DecodedReplyCache(0), jsonOf(500), 4).reads).toBe(4);
  });

  it('never keeps what could not be read', () => {
    const memo = new DecodedReplyCache(1_000_000);
    const broken = () => {
      throw new Error('does not fit');
    };
    for (let time = 0; time < 4; time++) expect(() => memo.read(get, jsonOf(500), broken)).toThrow('does not fit');
  });
});

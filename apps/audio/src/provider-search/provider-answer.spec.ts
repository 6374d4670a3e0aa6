import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { decodeEntities, listOf, optionalUrl, parseIsoDuration, providerText, readAnswer, readIsrc } from './provider-answer.ts';
import { windowOf } from './provider-quota.store.ts';

const answer = (status: number, body: string) => ({ status, headers: {}, body: Buffer.from(body), endpoint: '0' });
const schema = z.object({ results: listOf(z.object({ id: z.number() }), 2) });

describe('the answer of a provider', () => {
  it.each([
    [200, '<!doctype html><p>Sorry', 'failed'],
    [200, '{"results": [{"id": 1}, {"i', 'failed'],
    [200, '{"results": "none"}', 'failed'],
    [200, 'null', 'failed'],
    [302, '', 'failed'],
    [401, '{}', 'refused'],
    [403, '{}', 'refused'],
    [429, '', 'quota-exceeded'],
    [500, '{"results": []}', 'failed'],
  ])('%d with the body %s is %s', (status, body, state) => {
    expect(() => readAnswer(answer(status, body), schema)).toThrow(expect.objectContaining({ state }));
  });

  it('keeps what fits, and no more than was asked for', () => {
    expect(readAnswer(answer(200, '{"results": [{"id": 1}, {"id": "x"}, {"id": 3}]}'), schema)).toEqual({ results: [{ id: 1 }] });
  });

  it('is put into the form that we store: one line, well-formed, no address but http and https', () => {
    expect(providerText.parse(' a\u0000b\nc \ud800 ')).toBe('a b c \ufffd');
    expect(providerText.parse('x'.repeat(1_000))).toHaveLength(300);
    expect([optionalUrl.parse('javascript:alert(1)'), optionalUrl.parse('https://a.test/')]).toEqual([null, 'https://a.test/']);
    expect(decodeEntities('Q &amp; A &#39;live&#39;')).toBe("Q & A 'live'");
    expect([readIsrc('us-um7-17-03861'), readIsrc('x'), readIsrc(null)]).toEqual(['USUM71703861', null, null]);
  });

  it.each([
    ['PT4M13S', 253],
    ['PT1H', 3_600],
    ['P1DT1S', 86_401],
    ['P0D', null],
    ['4:13', null],
  ])('reads the duration %s as %s', (text, seconds) => expect(parseIsoDuration(text)).toBe(seconds));
});

describe('the window of a quota', () => {
  it('of a day begins at midnight in Los Angeles, in summer and in winter', () => {
    const day = { window: 'pacific-day' } as const;
    const at = (iso: string) => windowOf(day, new Date(iso));
    expect([at('2026-07-01T06:59:59Z'), at('2026-07-01T07:00:00Z')]).toEqual(['2026-06-30', '2026-07-01']);
    expect([at('2026-12-01T07:59:59Z'), at('2026-12-01T08:00:00Z')]).toEqual(['2026-11-30', '2026-12-01']);
  });
});

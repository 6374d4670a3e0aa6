import { describe, expect, it } from '@jest/globals';
import { afterLook, afterSearch, afterSending } from './publication-state.ts';

const first = { attempts: 1, checks: 0, providerId: null, isUncertain: false };
const known = { ...first, providerId: 'urn:li:share:1' };
const detail = 'as the provider says';
const same = () => true;

describe('after sending', () => {
  it.each([
    [{ kind: 'revoked', detail }, 'revoked', 'publisher-token-revoked'],
    [{ kind: 'token-expired', detail }, 'revoked', 'publisher-token-revoked'],
    [{ kind: 'version-expired', detail }, 'version-expired', 'publisher-version-expired'],
    [{ kind: 'refused', detail }, 'failed', 'publisher-rejected-post'],
    [{ kind: 'duplicate', providerId: null, detail }, 'duplicate', 'publisher-duplicate'],
  ] as const)('%j ends it as %s', (sent, status, code) => {
    const next = afterSending(first, sent);
    expect(next).toMatchObject({ status, problem: { code } });
    expect(next).not.toHaveProperty('waitMs');
  });

  it('waits as long as the provider asks, at most a day', () => {
    const limited = (retryAfterSeconds: number) => afterSending(first, { kind: 'rate-limited', retryAfterSeconds, detail });
    expect(limited(600)).toMatchObject({ status: 'rate-limited', waitMs: 600_000 });
    expect(limited(1)).toMatchObject({ waitMs: 30_000 });
    expect(limited(1e9)).toMatchObject({ waitMs: 86_400_000 });
  });

  it('tries again, later each time, and not for ever', () => {
    const wait = (attempts: number) => afterSending({ ...first, attempts }, { kind: 'unreachable', mayHaveActed: false, detail }).waitMs;
    expect([1, 2, 3].map(wait)).toEqual([30_000, 60_000, 120_000]);
    expect(afterSending({ ...first, attempts: 10 }, { kind: 'unreachable', mayHaveActed: false, detail }).status).toBe('failed');
  });

  it('looks first when the request may have arrived', () =>
    expect(afterSending(first, { kind: 'unreachable', mayHaveActed: true, detail })).toMatchObject({
      status: 'unconfirmed',
      isUncertain: true,
      waitMs: expect.any(Number),
    }));

  it('looks later each time while requests that may have arrived get no answer', () => {
    const wait = (attempts: number) => afterSending({ ...first, attempts }, { kind: 'unreachable', mayHaveActed: true, detail }).waitMs;
    expect([1, 2, 3].map(wait)).toEqual([30_000, 60_000, 120_000]);
  });

  it('takes the refusal of a duplicate as proof that an earlier attempt has arrived', () =>
    expect(afterSending({ ...first, isUncertain: true }, { kind: 'duplicate', providerId: 'urn:li:share:9', detail })).toMatchObject({
      status: 'accepted',
      providerId: 'urn:li:share:9',
    }));
});

describe('after a look', () => {
  it('is published where the text is the same', () =>
    expect(afterLook(known, { kind: 'found', text: 'x', url: 'https://x.example' }, same)).toMatchObject({
      status: 'published',
      problem: null,
      url: 'https://x.example',
    }));
  it('is accepted where it may not read', () =>
    expect(afterLook(known, { kind: 'unreadable', detail }, same)).toMatchObject({ status: 'accepted', problem: { detail } }));
  it('stays accepted where the permission ends after it was taken', () =>
    expect(afterLook(known, { kind: 'revoked', detail }, same).status).toBe('accepted'));
  it.each([
    ['nothing is shown', { kind: 'missing' }],
    ['another text is shown', { kind: 'found', text: 'cut', url: null }],
    ['the provider does not answer', { kind: 'unreachable', mayHaveActed: true, detail }],
  ] as const)('is unconfirmed where %s, with a next look', (_, found) =>
    expect(afterLook(known, found, () => false)).toMatchObject({ status: 'unconfirmed', waitMs: expect.any(Number), isChecked: true }),
  );
  it('is looked for over two days, then no more', () => {
    const waits = Array.from({ length: 9 }, (_, checks) => afterLook({ ...known, checks }, { kind: 'missing' }, same).waitMs);
    expect(waits.at(-1)).toBeUndefined();
    const totalHours = waits.reduce<number>((sum, waitMs) => sum + (waitMs ?? 0), 0) / 3_600_000;
    expect(totalHours).toBeGreaterThan(47);
    expect(totalHours).toBeLessThan(49);
  });
});

describe('after a search for an earlier attempt', () => {
  it.each([{ kind: 'none' }, { kind: 'unknown' }] as const)('%j lets it be sent again', (earlier) =>
    expect(afterSearch(first, earlier)).toBeUndefined(),
  );
  it('waits where the provider does not answer', () =>
    expect(afterSearch(first, { kind: 'rate-limited', retryAfterSeconds: 60, detail })?.status).toBe('rate-limited'));
});

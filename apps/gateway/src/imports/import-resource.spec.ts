import { describe, expect, it } from '@jest/globals';
import type { Job } from '#contracts';
import { toWork } from '../jobs/work-resource.ts';
import { importResource, importWork } from './import-resource.ts';

const id = '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10';
const at = '2026-11-28T12:00:00.000Z';
const shown = (own: Partial<Job>) => {
  const times = { createdAt: at, startedAt: at, endedAt: at };
  return importResource.parse(
    toWork(importWork, { id, state: 'succeeded', percent: 100, reason: null, subject: {}, ...times, ...own } as Job),
  );
};
const made = (kind: 'track' | 'video') => ({ kind, id, links: { self: `/v1/${kind}s/${id}` } });

describe('an import', () => {
  it('tells what it has made', () => {
    const subject = { host: 'example.org', resourceKind: 'video' };
    const result = { resource: made('video'), jobId: null };
    expect(shown({ subject, result })).toMatchObject({ resourceKind: 'video', host: 'example.org', resource: made('video') });
  });

  it.each([
    [{ trackId: id, jobId: id }, 'track'],
    [{ videoId: id, jobId: null }, 'video'],
  ] as const)('of an earlier version, %j, does so too', (result, kind) =>
    expect(shown({ result })).toMatchObject({ state: 'ready', resourceKind: kind, resource: made(kind) }),
  );

  it('with a result of an unknown shape breaks no list', () =>
    expect(shown({ result: { other: 1 } })).toMatchObject({ state: 'ready', resourceKind: 'track', resource: null }));
});

import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { list, resource } from '#contracts';
import { presentList, presentResource, revisionOf } from './presenter.ts';

const clip = resource('clip', { widthPx: z.number(), curve: z.array(z.number()), coverId: z.uuid().nullable() }).meta({
  id: 'Clip',
  description: 'A clip.',
});
const presentClip = presentResource({
  id: 'ClipResource',
  of: clip,
  links: { self: '/v1/clips/{id}', file: '/v1/clips/{id}/file', cover: '/v1/covers/{coverId}', job: '/v1/jobs/{job.id}' },
});
const clips = list({ item: clip, sorts: ['createdAt'], fields: ['curve'] });

const id = '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10';
const jobId = '4b1d3f1e-93a4-4c55-a0f4-7d0d0e0e4736';
const found = {
  createdAt: '2026-01-31T12:00:00.000Z',
  updatedAt: '2026-01-31T12:00:00.000Z',
  revision: 7,
  problem: null,
  job: { percent: 0, state: 'queued', id: jobId },
  curve: [1, 2],
  coverId: null,
  widthPx: 320,
  externalId: null,
  metadata: { project: 'spring' },
  tags: ['live'],
  title: 'Golden hour',
  state: 'processing',
  kind: 'clip',
  id,
} as const;

describe('a presented resource', () => {
  const shown = presentClip.of(found);

  it('has the fields of its contract in their order, links after the job, and no revision', () => {
    expect(Object.keys(shown)).toEqual([
      ...['id', 'kind', 'state', 'title', 'tags', 'metadata', 'externalId', 'widthPx', 'curve', 'coverId', 'job', 'links', 'problem'],
      ...['createdAt', 'updatedAt'],
    ]);
    expect(Object.keys(shown.job ?? {})).toEqual(['id', 'state', 'percent']);
  });

  it('has a path for each link, but for those through a field that is null', () => {
    expect(shown.links).toEqual({ self: `/v1/clips/${id}`, file: `/v1/clips/${id}/file`, job: `/v1/jobs/${jobId}` });
    expect(presentClip.of({ ...found, job: null }).links).not.toHaveProperty('job');
  });

  it('fits its own schema, in which those links are optional', () => {
    expect(presentClip.schema.safeParse(shown).data).toEqual(shown);
    const { shape } = presentClip.schema.shape.links;
    expect(Object.entries(shape).map(([name, link]) => [name, link instanceof z.ZodOptional])).toEqual([
      ['self', false],
      ['file', false],
      ['cover', true],
      ['job', true],
    ]);
  });

  it('is remembered with its revision, for the ETag', () => expect([revisionOf(shown), revisionOf({ ...shown })]).toEqual([7, undefined]));

  it('cannot link to a field that the resource does not have', () => {
    expect(() => presentResource({ id: 'Wrong', of: clip, links: { self: '/v1/clips/{clipId}' } })).toThrow('clipId');
  });
});

describe('a presented list', () => {
  const present = presentList(presentClip, clips);

  it('has items presented like the resource alone, where fields may be absent', () => {
    const { curve: _, ...summary } = found;
    const page = present.of({ items: [found, summary as typeof found], nextCursor: 'abc' });
    expect(page).toMatchObject({ items: [{ curve: [1, 2] }, { links: { self: `/v1/clips/${id}` } }], nextCursor: 'abc' });
    expect(present.schema.safeParse(page).data).toEqual(page);
  });

  it('lets only those fields be absent that the list contract leaves out', () => {
    const { widthPx: _, ...lacking } = presentClip.of(found);
    expect(present.schema.safeParse({ items: [lacking], nextCursor: null }).success).toBe(false);
    expect(presentList(presentClip).schema.meta()).toMatchObject({ id: 'ClipList' });
  });
});

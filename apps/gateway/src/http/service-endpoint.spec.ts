import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { rpc } from '#contracts';
import { operationIdOf, serviceEndpoint } from './service-endpoint.ts';

const contract = (subject: string, request: z.ZodType, reply: z.ZodType = z.object({ id: z.uuid() })) =>
  rpc({ subject, request, reply, failures: ['track-not-found'], deadlineMs: 1_000 });

const createClip = contract(
  'video.clip.create.v1',
  z.strictObject({ videoId: z.uuid(), startSeconds: z.number().min(0), title: z.string().max(200).optional() }),
);
const listClips = contract(
  'video.clip.list.v1',
  z.strictObject({ videoId: z.uuid(), limit: z.number().int().min(1).max(100).default(20) }),
);
const deleteClip = contract('video.clip.delete.v1', z.strictObject({ clipId: z.uuid() }), z.object({ deleted: z.literal(true) }));

const declared = { tag: 'Clips', summary: 'Clips', auth: 'user' } as const;

describe('serviceEndpoint', () => {
  it('takes what the path names from the path and all else of a POST from the body', () => {
    const { id, params, query, body } = serviceEndpoint({
      ...declared,
      method: 'POST',
      path: '/v1/videos/:videoId/clips',
      calls: createClip,
    });
    expect(id).toBe('createClip');
    expect(Object.keys(params?.shape ?? {})).toEqual(['videoId']);
    expect(query).toBeUndefined();
    expect(Object.keys((body as z.ZodObject).shape)).toEqual(['startSeconds', 'title']);
  });

  it('takes all else of a GET from the query, with the bounds and defaults of the contract', () => {
    const { id, query, body } = serviceEndpoint({ ...declared, method: 'GET', path: '/v1/videos/:videoId/clips', calls: listClips });
    expect(id).toBe('listClips');
    expect(body).toBeUndefined();
    expect(query?.parse({})).toEqual({ limit: 20 });
    expect(query?.safeParse({ limit: 101 }).success).toBe(false);
  });

  it('answers a DELETE with 204', () => {
    const { responses } = serviceEndpoint({ ...declared, method: 'DELETE', path: '/v1/clips/:clipId', calls: deleteClip });
    expect(Object.keys(responses)).toEqual(['204']);
  });

  it('answers 202 or, to who waits, 201 where a job is started', () => {
    const { responses, query, headers } = serviceEndpoint({
      ...declared,
      method: 'POST',
      path: '/v1/videos/:videoId/clips',
      calls: createClip,
      starts: 'job',
    });
    expect(Object.keys(responses)).toEqual(['201', '202']);
    expect(Object.keys(query?.shape ?? {})).toEqual(['wait']);
    expect(Object.keys(headers?.shape ?? {})).toEqual(['prefer']);
  });

  it('has the failures of the contract and those of an absent or late service', () => {
    expect(serviceEndpoint({ ...declared, method: 'DELETE', path: '/v1/clips/:clipId', calls: deleteClip }).failures).toEqual([
      'track-not-found',
      'service-unavailable',
      'deadline-exceeded',
    ]);
  });

  it('refuses a path that names what the contract does not take', () => {
    expect(() => serviceEndpoint({ ...declared, method: 'DELETE', path: '/v1/clips/:id', calls: deleteClip })).toThrow('has no field id');
  });
});

describe('operationIdOf', () => {
  it.each([
    ['audio.track.get.v1', 'getTrack'],
    ['audio.track.list.v1', 'listTracks'],
    ['video.score-run.get.v1', 'getScoreRun'],
  ])('reads %s as %s', (subject, id) => expect(operationIdOf(contract(subject, z.strictObject({})))).toBe(id));
});

import { describe, expect, it } from '@jest/globals';
import { createLoad, createTrack } from '#contracts';
import { type Bus, openCall, requireCall, runInCall } from '#platform';
import { SentFiles } from '../sent-files.service.ts';
import type { Upload } from './upload.ts';
import { UploadConsumers } from './upload-consumers.service.ts';

const blob = { sha256: 'a'.repeat(64), sizeBytes: 4, deduplicated: false };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const upload = {
  kind: 'track',
  targetId: '11111111-1111-4111-8111-111111111111',
  fileName: 'a.wav',
  metadata: `filename ${base64('a.wav')},title ${base64('Golden hour')},tags ${base64('["live"]')}`,
  finishAttempts: 1,
} as Upload;

describe('handing a whole upload over', () => {
  it('names the same track each time, so that an attempt whose answer was lost is repeated without a second track', async () => {
    const asked: unknown[] = [];
    const call = async (contract: unknown, request: { id?: string; title?: string; tags?: string[] }) => {
      asked.push([contract, request.id, request.title, request.tags]);
      return { id: request.id, job: { id: 'job' } };
    };
    const consumers = new UploadConsumers(new SentFiles({ call } as unknown as Bus));
    const take = (attempt: Upload) => runInCall(openCall({ deadlineMs: 60_000 }), () => consumers.take(attempt, blob));
    const results = [await take(upload), await take({ ...upload, finishAttempts: 2 })];
    expect(results).toEqual(Array(2).fill({ id: upload.targetId, jobId: 'job' }));
    expect(asked).toEqual(Array(2).fill([createTrack, upload.targetId, 'Golden hour', ['live']]));
  });

  it.each([
    ['posts.CSV', null, 'csv'],
    ['posts.txt', 'text/csv; header=present', 'csv'],
    ['posts.jsonl', 'application/x-ndjson', 'ndjson'],
    ['untitled', null, 'ndjson'],
  ])('loads documents, %s of type %s, into the collection that its sender names, as %s', async (fileName, contentType, format) => {
    const collectionId = '22222222-2222-4222-8222-222222222222';
    const asked: unknown[] = [];
    const call = async (contract: unknown, request: object) => {
      asked.push([contract, request]);
      return { id: upload.targetId, job: null };
    };
    const consumers = new UploadConsumers(new SentFiles({ call } as unknown as Bus));
    const documents = { ...upload, kind: 'documents', fileName, contentType, metadata: `collectionId ${base64(collectionId)}` } as Upload;
    const result = await runInCall(openCall({ deadlineMs: 60_000 }), () => consumers.take(documents, blob));
    expect(result).toEqual({ id: upload.targetId, jobId: null, collectionId });
    const title = fileName.replace(/\..*/, '');
    expect(asked).toEqual([[createLoad, { id: upload.targetId, blobSha256: blob.sha256, sizeBytes: 4, title, format, collectionId }]]);
  });

  it('has its full time after a copy that took longer than the whole call', async () => {
    let leftMs = 0;
    const call = async () => {
      leftMs = requireCall().deadlineAtMs - Date.now();
      return { id: upload.targetId, job: null };
    };
    const consumers = new UploadConsumers(new SentFiles({ call } as unknown as Bus));
    await runInCall(openCall({ deadlineMs: -1 }), () => consumers.take(upload, blob));
    expect(leftMs).toBeGreaterThan(createTrack.deadlineMs / 2);
  });
});

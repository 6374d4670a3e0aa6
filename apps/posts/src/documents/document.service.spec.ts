import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Compute } from '#compute';
import { type Database, openCall, runInCall } from '#platform';
import type { CollectionService } from './collection.service.ts';
import { DocumentService } from './document.service.ts';
import type { DocumentStore } from './document.store.ts';
import type { EmbeddingService } from './embedding.service.ts';
import type { VectorReleases } from './vector-releases.service.ts';

describe('a document that is put', () => {
  it('is refused beyond the quota of texts, before anything is computed', async () => {
    const database = { source: { query: async () => [{ limit: 3, used: 2, reserved: 0 }] } } as unknown as Database;
    const computed: unknown[] = [];
    const compute = { run: async (...asked: unknown[]) => computed.push(asked) } as unknown as Compute;
    const service = new DocumentService(
      database,
      { find: async () => ({}) } as unknown as CollectionService,
      {} as DocumentStore,
      compute,
      {} as EmbeddingService,
      {} as VectorReleases,
    );
    const request = { collectionId: randomUUID(), externalId: 'a', text: 'x'.repeat(1_001) };
    const put = runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: randomUUID() }, () => service.put(request));
    await expect(put).rejects.toMatchObject({ code: 'quota-exceeded' });
    expect(computed).toEqual([]);
  });
});

/** Collections and their documents on a real PostgreSQL: plans over 100,000 rows, and writers that race. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listCollections, listExports, listLoads, loadsKept } from '#contracts';
import { Database, jobsMigrations, Log, usageMigrations } from '#platform';
import { blobsMigrations, queryRows } from '#storage';
import { fillTables, queryPlans, type TestDatabase, testDatabase } from '#testing';
import { dimension, embeddingModel } from '../analysis/embed-text.ts';
import { ExportRow, ExportStore } from '../exports/export.store.ts';
import { CollectionRow, CollectionStore } from './collection.store.ts';
import { DocumentStore } from './document.store.ts';
import { documentsMigrations } from './documents.migrations.ts';
import { type LoadedChunk, LoadRow, LoadStore } from './load.store.ts';
import { builtInModel } from './models/vector-model.ts';
import { SearchStore } from './search.store.ts';
import { VectorStore } from './vector.store.ts';

let testing: TestDatabase;
let database: Database;
let collections: CollectionStore;
let documents: DocumentStore;
let exports: ExportStore;
let vectors: VectorStore;
let searches: SearchStore;

beforeAll(async () => {
  testing = await testDatabase('documents');
  const postgres = {
    ...{ url: testing.url, schema: 'documents', applicationName: 'spec', poolSize: 6 },
    ...{
      entities: [CollectionRow, ExportRow, LoadRow],
      migrations: [blobsMigrations, usageMigrations, jobsMigrations, documentsMigrations],
    },
  };
  database = new Database(() => postgres, Log.open({ service: 'posts', instance: 'test', level: 'silent' }));
  database.onModuleInit();
  await database.whenOpen();
  collections = new CollectionStore(database);
  documents = new DocumentStore(database);
  exports = new ExportStore(database);
  vectors = new VectorStore(database);
  searches = new SearchStore(database);
});
afterAll(async () => {
  await database?.close();
  await testing?.drop();
});

async function newCollection(ownerId = randomUUID()): Promise<string> {
  const id = randomUUID();
  await database.transaction((tx) => collections.add(tx, { id, ownerId, title: 'spec' }));
  return id;
}

const row = (id: string, text = id) => ({ i: id, t: text, l: 'en', m: {}, a: null, s: null });

/** As the service and the job do: lock, write, count. */
const write = (collectionId: string, rows: readonly object[], loadId: string | null = null) =>
  database.transaction(async (tx) => {
    if (!(await CollectionStore.lock(tx, collectionId))) return undefined;
    const counts = await DocumentStore.write(tx, collectionId, Buffer.from(JSON.stringify(rows)), loadId);
    await CollectionStore.recordChange(tx, collectionId, counts.added);
    return counts;
  });

const countOf = async (id: string) =>
  (await queryRows<{ count: number }>(database.source, 'SELECT document_count AS count FROM documents.collection WHERE id = $1', [id]))[0]
    ?.count;

describe('documents that are written', () => {
  it('count as added, updated, or repeated within one load', async () => {
    const id = await newCollection();
    const load = randomUUID();
    expect(await write(id, [row('a'), row('b')])).toMatchObject({ added: 2, updated: 0, repeated: 0 });
    expect(await write(id, [row('b'), row('c')], load)).toMatchObject({ added: 1, updated: 1, repeated: 0 });
    expect(await write(id, [row('b'), row('c'), row('d')], load)).toMatchObject({ added: 1, updated: 0, repeated: 2 });
    expect(await countOf(id)).toBe(4);
  });

  it('get a larger revision with every write, also where one was deleted and comes again', async () => {
    const id = await newCollection();
    const revision = () => database.transaction((tx) => DocumentStore.revision(tx, id, 'a'));
    const revisions: (number | undefined)[] = [];
    for (const each of ['first', 'second']) {
      await write(id, [row('a', each), row('b')]);
      revisions.push(await revision());
    }
    await database.transaction(async (tx) => {
      await DocumentStore.remove(tx, id, 'a');
      await CollectionStore.recordChange(tx, id, -1);
    });
    revisions.push(await revision());
    await write(id, [row('a')]);
    expect([...revisions, await revision()]).toEqual([1, 2, undefined, 4]);
  });

  it('by several writers at the same time are there once and counted once', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await newCollection();
      const written = await Promise.all([1, 2, 3, 4].map((writer) => write(id, [row('same', `by ${writer}`), row(`own ${writer}`)])));
      expect(written.map((counts) => counts?.added).sort()).toEqual([1, 1, 1, 2]);
      expect(await countOf(id)).toBe(5);
    }
  });

  it('while their collection is deleted are either removed by its job or refused', async () => {
    for (let round = 0; round < 5; round++) {
      const ownerId = randomUUID();
      const id = await newCollection(ownerId);
      const remove = database.transaction(async (tx) => {
        await CollectionStore.lock(tx, id, ownerId);
        return collections.remove(tx, { id, ownerId });
      });
      await Promise.all([write(id, [row('a')]), remove]);
      await documents.erase(id);
      expect(await write(id, [row('b')])).toBeUndefined();
      expect((await documents.list(id, { limit: 10, withAnalysis: false })).items).toEqual([]);
    }
  });
});

describe('vectors', () => {
  const hash = () => randomUUID().replaceAll('-', '').repeat(2);
  const embedded = (hashes: readonly string[]) => ({
    model: builtInModel,
    hashes,
    vectors: new Uint8Array(2 * dimension * hashes.length).fill(1),
  });
  const writeEmbedded = (collectionId: string, id: string, h: string, added: readonly string[]) =>
    database.transaction(async (tx) => {
      await CollectionStore.lock(tx, collectionId);
      if (!(await VectorStore.hold(tx, [h], embedded(added)))) return false;
      await DocumentStore.write(tx, collectionId, Buffer.from(JSON.stringify([{ ...row(id), h }])), null);
      return true;
    });

  it('are asked for once for texts that come again, in another collection too', async () => {
    const [first, second] = [hash(), hash()];
    expect(await vectors.missing(embeddingModel, [first, second, first])).toEqual([first, second].sort());
    await writeEmbedded(await newCollection(), 'a', first, [first]);
    expect(await vectors.missing(embeddingModel, [first, second])).toEqual([second]);
  });

  it('stay while a document has their text, and go with the last one', async () => {
    const [h, one, other] = [hash(), await newCollection(), await newCollection()];
    await writeEmbedded(one, 'a', h, [h]);
    await writeEmbedded(other, 'b', h, []);
    await vectors.release((await documents.erase(one)).filter((erased) => erased !== null));
    expect(await vectors.missing(embeddingModel, [h])).toEqual([]);
    await vectors.release((await documents.erase(other)).filter((erased) => erased !== null));
    expect(await vectors.missing(embeddingModel, [h])).toEqual([h]);
  });

  it('that a process left when it stopped between removing documents and vectors are swept, page by page, and no others', async () => {
    const [stays, collectionId] = [hash(), await newCollection()];
    await writeEmbedded(collectionId, 'a', stays, [stays]);
    const left = [hash(), hash(), hash()];
    for (const h of left) await writeEmbedded(collectionId, 'b', h, [h]);
    await database.transaction((tx) => DocumentStore.remove(tx, collectionId, 'b')); // and nobody releases its vector
    expect(await vectors.missing(embeddingModel, [stays, ...left])).toEqual([]);
    let pages = 0;
    for (let after = await vectors.sweep(undefined, 2); after; after = await vectors.sweep(after, 2)) pages++;
    expect(pages).toBeGreaterThan(0);
    expect(await vectors.missing(embeddingModel, [stays, ...left])).toEqual([...left].sort());
  });

  it('that are removed while a document is written are either kept or the writer is told', async () => {
    for (let round = 0; round < 10; round++) {
      const [h, collectionId] = [hash(), await newCollection()];
      await database.transaction((tx) => VectorStore.hold(tx, [h], embedded([h])));
      const [isWritten] = await Promise.all([writeEmbedded(collectionId, 'a', h, []), vectors.release([h])]);
      expect(await vectors.missing(embeddingModel, [h])).toEqual(isWritten ? [] : [h]);
    }
  });
});

describe('a search', () => {
  it('knows the forms of words of each language, phrases, alternatives and exclusions, in one collection', async () => {
    const [id, other] = [await newCollection(), await newCollection()];
    const texts = {
      offices: { t: 'Our offices are in Madrid', l: 'en' },
      oficinas: { t: 'Nuestras oficinas están en Madrid', l: 'es' },
      bureaux: { t: 'Nos bureaux sont à Madrid', l: 'fr' },
      bread: { t: 'Bread in the morning', l: 'en' },
    };
    await write(
      id,
      Object.entries(texts).map(([name, { t, l }]) => ({ ...row(name, t), l })),
    );
    await write(other, [row('elsewhere', 'An office in Madrid')]);
    const numbers = new Map(
      (await documents.list(id, { limit: 10, withAnalysis: false })).items.map((found) => [found.number, found.externalId]),
    );
    const find = async (question: string, filter = {}) =>
      (await searches.find(id, question, filter, 10)).map((number) => numbers.get(number)).sort();
    expect(await find('office')).toEqual(['offices']);
    expect(await find('oficina')).toEqual(['oficinas']);
    expect(await find('bureaux')).toEqual(['bureaux']);
    expect(await find('madrid')).toEqual(['bureaux', 'offices', 'oficinas']);
    expect(await find('madrid', { language: 'es' })).toEqual(['oficinas']);
    expect(await find('madrid -office')).toEqual(['bureaux', 'oficinas']);
    expect(await find('office or bread')).toEqual(['bread', 'offices']);
    expect(await find('"in madrid"')).toContain('offices');
    expect(await find('the')).toEqual([]);
    for (const hostile of ["'", '"', '\\', '!', '()', "' | 'collection", ':*', '&&&', '🎧', '- -', 'or']) await find(hostile);
    expect(await searches.matching(['offices', 'official', 'bread'], 'office bread', 'english')).toEqual(new Set(['offices', 'bread']));
  });
});

describe('a chunk of a load', () => {
  const chunk = { start: 0, end: 10, line: 1, linesRead: 1, columns: null, badLines: [], refused: 0 };
  const loaded: LoadedChunk = { ...chunk, counts: { added: 1, updated: 0, repeated: 0, replacedHashes: [] } };

  it('is written by one of two attempts that have it at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      const [collectionId, id] = [await newCollection(), randomUUID()];
      const load = {
        id,
        collectionId,
        ownerId: randomUUID(),
        title: '',
        jobId: randomUUID(),
        sha256: 'a'.repeat(64),
        format: 'ndjson',
        sizeBytes: 20,
      } as const;
      await database.transaction((tx) => LoadStore.add(tx, load));
      const attempt = () => database.transaction((tx) => LoadStore.advance(tx, id, loaded));
      expect((await Promise.all([attempt(), attempt()])).sort()).toEqual([false, true]);
      expect(await new LoadStore(database).find({ id })).toMatchObject({ byteOffset: 10, line: 1, lineCount: 1, addedCount: 1 });
    }
  });

  it('adds bad lines to the first hundred that are kept, and counts the others', async () => {
    const [collectionId, id] = [await newCollection(), randomUUID()];
    const load = {
      id,
      collectionId,
      ownerId: randomUUID(),
      title: '',
      jobId: randomUUID(),
      sha256: 'b'.repeat(64),
      format: 'ndjson',
      sizeBytes: 20,
    } as const;
    await database.transaction((tx) => LoadStore.add(tx, load));
    for (let at = 0; at < 3; at++) {
      const badLines = Array.from({ length: 60 }, (_, line) => ({ line: 60 * at + line + 1, code: 'json-invalid' as const, detail: 'no' }));
      const part = { ...loaded, start: 10 * at, end: 10 * at + 10, badLines, refused: 60 };
      expect(await database.transaction((tx) => LoadStore.advance(tx, id, part))).toBe(true);
    }
    const found = await new LoadStore(database).find({ id });
    expect(found?.refusedCount).toBe(180);
    expect(found?.badLines.map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
  });
});

describe('loads of a collection', () => {
  const jobOf = (ownerId: string, state: string) =>
    queryRows<{ id: string }>(
      database.source,
      `INSERT INTO jobs.job (id, owner_id, kind, state, input, subject, context, max_attempts, lease_until, ended_at)
       VALUES (gen_random_uuid(), $1, 'posts.document.load', $2::text, '{}', '{}', '{}', 1,
         CASE $2 WHEN 'running' THEN now() + interval '1 hour' END, CASE $2 WHEN 'failed' THEN now() END) RETURNING id`,
      [ownerId, state],
    ).then((rows) => rows[0]!.id);

  it('that nobody works on let their files go, all but the newest are removed, and those under way stay', async () => {
    const [ownerId, collectionId] = [randomUUID(), await newCollection()];
    const sha256 = 'c'.repeat(64);
    const [open, failed] = [await jobOf(ownerId, 'running'), await jobOf(ownerId, 'failed')];
    const row = { ownerId, title: '', collectionId, sha256, format: 'csv', sizeBytes: 1 } as const;
    await database.transaction(async (tx) => {
      for (const jobId of [open, failed]) await LoadStore.add(tx, { ...row, id: randomUUID(), jobId });
      await queryRows(
        tx,
        `INSERT INTO documents.load (id, owner_id, title, search_text, collection_id, job_id, format, size_bytes, ready)
         SELECT gen_random_uuid(), $1, '', '', $2, gen_random_uuid(), 'csv', 1, true FROM generate_series(1, ${loadsKept})`,
        [ownerId, collectionId],
      );
      await queryRows(tx, `UPDATE documents.load SET created_at = now() - interval '1 hour' WHERE job_id = ANY($1)`, [[open, failed]]);
    });
    await database.transaction((tx) => LoadStore.prune(tx, collectionId));
    const kept = await queryRows<{ job: string }>(
      database.source,
      'SELECT job_id AS job FROM documents.load WHERE collection_id = $1 AND sha256 IS NOT NULL',
      [collectionId],
    );
    expect(kept).toEqual([{ job: open }]);
    const loads = new LoadStore(database);
    expect(await loads.find({ jobId: failed })).toBeNull();
    expect(await loads.openJobs(collectionId)).toEqual([open]);
    const held = 'SELECT 1 FROM blobs.reference WHERE sha256 = $1';
    expect(await queryRows(database.source, held, [sha256])).toHaveLength(1);
    await database.transaction((tx) => LoadStore.removeOf(tx, collectionId));
    expect(await queryRows(database.source, held, [sha256])).toEqual([]);
  });

  it('are announced when they are ready, and when their job fails', async () => {
    const [ownerId, collectionId] = [randomUUID(), await newCollection()];
    const jobId = await jobOf(ownerId, 'running');
    const [good, bad] = [randomUUID(), randomUUID()];
    const row = { ownerId, title: '', collectionId, sha256: 'd'.repeat(64), format: 'csv', sizeBytes: 1 } as const;
    await database.transaction(async (tx) => {
      await LoadStore.add(tx, { ...row, id: good, jobId: randomUUID() });
      await LoadStore.add(tx, { ...row, id: bad, jobId });
      await LoadStore.end(tx, good, true);
    });
    await queryRows(database.source, `UPDATE jobs.job SET state = 'failed', lease_until = NULL, ended_at = now() WHERE id = $1`, [jobId]);
    const types = await queryRows<{ type: string; id: string }>(
      database.source,
      `SELECT type, resource_id AS id FROM jobs.announcement a WHERE owner_id = $1 AND noun = 'load' ORDER BY a.id`,
      [ownerId],
    );
    expect(types).toEqual([
      { type: 'load.ready', id: good },
      { type: 'load.failed', id: bad },
    ]);
  });
});

describe('over 100,000 rows', () => {
  const ownerId = randomUUID();
  let collectionId: string;

  beforeAll(async () => {
    collectionId = await newCollection(ownerId);
    const owned = `gen_random_uuid(), CASE WHEN n % 10 = 0 THEN $1 ELSE gen_random_uuid() END, 'title ' || n, 'title ' || n, now() - n * interval '1 second'`;
    for (const table of ['collection', 'load']) await database.source.query(`ALTER TABLE documents.${table} DISABLE TRIGGER USER`);
    await fillTables(
      database.source,
      `INSERT INTO documents.collection (id, owner_id, title, search_text, created_at) SELECT ${owned} FROM generate_series(1, 100000) n`,
      [ownerId],
    );
    await fillTables(
      database.source,
      `INSERT INTO documents.export (id, owner_id, title, search_text, created_at, source, format, compression, options, job_id)
       SELECT ${owned}, 'documents', 'csv', 'none', '{}', gen_random_uuid() FROM generate_series(1, 100000) n`,
      [ownerId],
    );
    // In parts, because each statement has its time limit.
    for (let start = 1; start <= 100_000; start += 20_000)
      await queryRows(
        database.source,
        `INSERT INTO documents.document (collection_id, external_id, text, language, metadata, text_sha256)
         SELECT CASE WHEN n % 10 = 0 THEN $1::uuid ELSE lpad((n % 10)::text, 32, '0')::uuid END, 'doc-' || n, 'text ' || n % 1000, CASE WHEN n % 50 = 0 THEN 'es' ELSE 'en' END, '{}', sha256(n::text::bytea)
         FROM generate_series($2::int, $2::int + 19999) n`,
        [collectionId, start],
      );
    await fillTables(
      database.source,
      `INSERT INTO documents.vector (model, text_sha256, vector) SELECT $1, sha256(n::text::bytea), '\\x00' FROM generate_series(1, 100000) n`,
      [embeddingModel],
    );
    for (const table of ['collection', 'export', 'document', 'vector']) await database.source.query(`VACUUM ANALYZE documents.${table}`);
  }, 120_000);

  const page = (sort: string) => listCollections.request.parse({ sort });
  it.each(['-createdAt', 'createdAt', '-updatedAt', 'title', '-title'])('collections sorted by %s read an index', async (sort) => {
    const plan = await queryPlans(database.source, () => collections.list(ownerId, page(sort)));
    expect(plan).toContain('Index');
    expect(plan).not.toMatch(/Seq Scan|Sort/);
  });

  it('loads of a collection read an index', async () => {
    await queryRows(
      database.source,
      `WITH chosen AS (SELECT id, row_number() OVER () AS place FROM documents.collection LIMIT 200)
       INSERT INTO documents.load (id, owner_id, title, search_text, collection_id, job_id, format, size_bytes, created_at)
       SELECT gen_random_uuid(), $1, '', '', chosen.id, gen_random_uuid(), 'csv', 1, now() - n * interval '1 second'
       FROM generate_series(1, 20000) n JOIN chosen ON place = 1 + n % 200`,
      [ownerId],
    );
    await database.source.query('ANALYZE documents.load');
    const [{ id } = { id: '' }] = await queryRows<{ id: string }>(
      database.source,
      'SELECT collection_id AS id FROM documents.load LIMIT 1',
    );
    const { collectionId: _, ...request } = listLoads.request.parse({ collectionId: id });
    const plan = await queryPlans(database.source, () => new LoadStore(database).list(ownerId, id, request));
    expect(plan).toContain('load_collection');
    expect(plan).not.toMatch(/Seq Scan/);
  });

  it('exports read an index', async () => {
    const plan = await queryPlans(database.source, () => exports.list(ownerId, listExports.request.parse({ source: 'documents' })));
    expect(plan).toContain('Index');
    expect(plan).not.toMatch(/Seq Scan|Sort/);
  });

  it.each([undefined, 'es'])('documents (language %s), signatures and one document read an index', async (language) => {
    const plan = await queryPlans(database.source, async () => {
      await documents.list(collectionId, { limit: 20, language, withAnalysis: true });
      await documents.signatures(collectionId, '0', 1_000);
      await documents.find(collectionId, 'doc-500');
    });
    expect(plan).not.toMatch(/Seq Scan/);
    expect(plan.match(/Index/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it.each([{}, { language: 'es' }, { metadata: { a: 'b' } }, { writtenSince: '2100-01-01T00:00:00Z' }])(
    'a page of vectors (filter %j) reads indexes',
    async (filter) => {
      const plan = await queryPlans(database.source, () => vectors.page({ collectionId, modelId: embeddingModel }, '0', 200, filter));
      expect(plan).toContain('Index');
      expect(plan).not.toMatch(/Seq Scan/);
    },
  );

  it('a clean-up of vectors reads indexes', async () => {
    const plan = await queryPlans(database.source, async () => {
      await vectors.sweep({ model: embeddingModel, hash: '80'.repeat(32) }, 100);
      await vectors.release(['00'.repeat(32), '01'.repeat(32)]);
    });
    expect(plan).not.toMatch(/Seq Scan/);
  });

  it.each(['500', 'text'])('a search for %j reads the index of words', async (question) => {
    const plan = await queryPlans(database.source, () => searches.find(collectionId, question, {}, 100));
    expect(plan).toContain('document_search');
    expect(plan).not.toMatch(/Seq Scan/);
  });
});

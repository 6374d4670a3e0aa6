/** Collections, near-duplicates and exports through the API, on real files. */
import { createHash } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver, until } from '#testing';
import { Api } from './support/api.ts';
import { csvRecords, documentLines, plantedDocuments } from './support/documents.ts';
import { openTestStack, query, type TestStack } from './support/test-stack.ts';
import { append, createUpload, metadata } from './support/tus.ts';

let stack: TestStack;
let ana: Api;
let eve: Api;
let library: Receiver;
beforeAll(async () => {
  library = await startReceiver(({ url }, response) => {
    if (url === '/page') response.setHeader('content-type', 'text/html');
    response.end(remoteFiles[url] ?? '<h1>No documents</h1>');
  });
  stack = await openTestStack(['gateway', 'posts'], { OUTBOUND_ALLOW_PRIVATE: library.host });
  [ana, eve] = await Promise.all([Api.register(stack.url), Api.register(stack.url)]);
}, 120_000);
afterAll(async () => {
  await stack?.close();
  await library?.stop();
});

const remoteFiles: Readonly<Record<string, string>> = { '/posts.csv': 'id,text\nfar,from far away\nragged\n' };

const create = async (fields: object = { title: 'A collection' }) => (await ana.post('/v1/collections', fields)).body;
const load = (path: string, body: string | Uint8Array, type = 'application/x-ndjson', wait = 60) =>
  ana.send(`${path}?wait=${wait}`, { method: 'POST', body: body as string, headers: { 'content-type': type } });
const loadJson = async (documents: readonly object[]) => {
  const collection = await create();
  expect((await load(collection.links.documents, documentLines(documents))).status).toBe(201);
  return (await ana.get(collection.links.self)).body;
};
const exported = async (request: object) => {
  const { status, body } = await ana.post('/v1/exports?wait=60', { source: 'documents', ...request });
  expect(status).toBe(201);
  return body;
};
const download = async (path: string, headers: Record<string, string> = {}) => {
  const response = await ana.raw(path, { headers });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
};
async function everyItem(path: string): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let next: string | null = path; next; ) {
    const { status, body }: { status: number; body: { items: unknown[]; nextCursor: string | null } } = await ana.get(next);
    expect(status).toBe(200);
    items.push(...body.items);
    next = body.nextCursor && `${path}${path.includes('?') ? '&' : '?'}cursor=${body.nextCursor}`;
  }
  return items;
}

describe('a thousand documents', () => {
  it('come in from a file, are grouped by near-duplicates, and go out as CSV that reads back the same', async () => {
    const { documents, pairs } = plantedDocuments(1_000, 50);
    const collection = await loadJson(documents);
    expect(collection).toMatchObject({ kind: 'collection', state: 'ready', documentCount: 1_000, job: null, problem: null });
    expect((await ana.get(collection.links.loads)).body.items).toMatchObject([
      {
        kind: 'load',
        state: 'ready',
        format: 'ndjson',
        lineCount: 1_000,
        addedCount: 1_000,
        updatedCount: 0,
        repeatedCount: 0,
        refusedCount: 0,
      },
    ]);

    const { body: used } = await ana.get('/v1/usage');
    expect(used.totals.textUnits).toBeGreaterThanOrEqual(1_000);

    const groups = await everyItem(`${collection.links.duplicates}?limit=20`);
    expect(groups).toEqual(
      expect.arrayContaining(pairs.map((ids) => ({ ids: [...ids].sort(), documentCount: 2, similarity: expect.any(Number) }))),
    );
    expect(groups).toHaveLength(50);
    const run = (await ana.post(`${collection.links.duplicateRuns}?wait=60`, { similarityMin: 0.6 })).body;
    expect(run).toMatchObject({ kind: 'duplicate-run', state: 'ready', isCurrent: true, documentCount: 1_000, groupCount: 50 });
    expect(await everyItem(`${run.links.groups}?limit=20`)).toEqual(groups);
    expect((await ana.get(collection.links.duplicateRuns)).body.items).toMatchObject([{ id: run.id }]);

    const written = await exported({ collectionId: collection.id, format: 'csv', compression: 'gzip', rowsPerFile: 1_000 });
    expect(written).toMatchObject({ kind: 'export', state: 'ready', rowCount: 1_000, files: [{ number: 0, rowCount: 1_000 }] });
    const { response, bytes } = await download(written.links.firstFile);
    expect(response.headers.get('content-type')).toBe('application/gzip');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(written.files[0].sha256);
    const [header, ...rows] = csvRecords(gunzipSync(bytes).toString());
    expect(header?.slice(0, 3)).toEqual(['id', 'text', 'language']);
    expect(rows.map(([id, text]) => ({ id, text }))).toEqual(documents);
  }, 120_000);

  it('are read by pages, by language, and one by one with their analysis', async () => {
    const texts = ['We are very happy with this great new office.', 'Estamos muy contentos con la nueva oficina de la empresa.'];
    const { links } = await loadJson(Array.from({ length: 150 }, (_, at) => ({ id: `doc-${at}`, text: `${texts[at % 2]} ${at}` })));
    const all = (await everyItem(`${links.documents}?limit=40`)) as { externalId: string }[];
    expect(all.map(({ externalId }) => externalId)).toEqual(Array.from({ length: 150 }, (_, at) => `doc-${at}`));
    const spanish = (await everyItem(`${links.documents}?language=es&fields=analysis`)) as { language: string; analysis: object }[];
    expect(spanish).toHaveLength(75);
    expect(spanish[0]).toMatchObject({ language: 'es', analysis: { sentiment: { label: 'positive' } } });
    expect((await ana.get(`${links.documents}/doc-0`)).body).toMatchObject({ externalId: 'doc-0', analysis: { language: 'en' } });
    expect((await ana.get(`${links.documents}?cursor=nonsense`)).status).toBe(400);
  }, 60_000);
});

describe('similar documents', () => {
  const topics = [
    { id: 'office', text: 'We opened a new office in Madrid for eighty people.', metadata: { channel: 'blog' } },
    { id: 'bread', text: 'How to bake bread at home with an old oven and good flour.', metadata: { channel: 'mail' } },
    { id: 'oficina', text: 'Abrimos una oficina en Madrid para ochenta personas.', metadata: { channel: 'blog' } },
  ];

  it('are found by a text and by a document, with filters, and each text is embedded once', async () => {
    const { links } = await loadJson([...topics, { id: 'again', text: 'HOW to bake bread  at home with an old oven and good flour.' }]);
    const similar = async (body: object) => (await ana.post(`${links.self}/similar`, body)).body;
    const byText = await similar({ text: 'the opening of our Madrid office' });
    expect(byText).toMatchObject({ documentsCompared: 4, index: 'exact', recall: 1, model: 'ngram-hash@1' });
    expect(byText.matches).toHaveLength(4);
    expect(byText.matches[0]).toMatchObject({ externalId: 'office', excerpt: topics[0]!.text });
    const byDocument = await similar({ externalId: 'bread', limit: 1 });
    expect(byDocument.matches).toEqual([{ externalId: 'again', similarity: 1, excerpt: expect.any(String) }]);
    const spanish = await similar({ text: 'office in Madrid', language: 'es' });
    expect(spanish).toMatchObject({ documentsCompared: 1, matches: [{ externalId: 'oficina' }] });
    expect((await similar({ text: 'office', metadata: { channel: 'mail' } })).matches).toMatchObject([{ externalId: 'bread' }]);
    expect((await similar({ text: 'office', createdAtMax: '2000-01-01T00:00:00Z' })).matches).toEqual([]);
    await ana.send(`${links.documents}/office`, { method: 'DELETE' });
    expect((await similar({ text: 'the opening of our Madrid office' })).matches[0]).not.toMatchObject({ externalId: 'office' });
  }, 60_000);

  it('are searched by words and by vector, with the places of the words', async () => {
    const { links } = await loadJson(topics);
    const search = async (query: string) => (await ana.get(`${links.self}/search?${query}`)).body;
    const { items } = await search('q=opening+offices+in+Madrid&limit=2');
    expect(items[0]).toMatchObject({ externalId: 'office', language: 'en', excerptStart: 0, excerpt: topics[0]!.text, vectorRank: 1 });
    const { items: words } = await search('q=offices');
    expect(words[0]).toMatchObject({ externalId: 'office', textRank: 1, highlights: [{ start: 16, end: 22 }] });
    expect((await search('q=zzzz')).items).toEqual([]);
    expect((await search('q=Madrid&language=es')).items).toMatchObject([{ externalId: 'oficina' }]);
    expect((await ana.get(`${links.self}/search`)).status).toBe(400);
    expect((await eve.get(`${links.self}/search?q=office`)).status).toBe(404);
  }, 60_000);

  it('need either a text or a document that is there, of a collection of the caller', async () => {
    const { links } = await loadJson(topics);
    expect((await ana.post(`${links.self}/similar`, {})).status).toBe(400);
    expect((await ana.post(`${links.self}/similar`, { text: 'a', externalId: 'bread' })).status).toBe(400);
    expect((await ana.post(`${links.self}/similar`, { externalId: 'nobody' })).status).toBe(404);
    expect((await eve.post(`${links.self}/similar`, { text: 'a' })).status).toBe(404);
  }, 60_000);
});

describe('a load', () => {
  it('takes the good lines of a bad file and tells the others by number', async () => {
    const good = (id: string) => JSON.stringify({ id, text: `The text of ${id}` });
    const lines = [
      `\ufeff${good('first')}\r`,
      '',
      '{"id": "x", "text": ',
      '[1, 2]',
      '{"text": "no id"}',
      `{"id": "${'i'.repeat(10_000)}", "text": "long id"}`,
      '{"id": "nul", "text": "a\\u0000b"}',
      '{"id": "half", "text": "\\ud83d"}',
      '{"id": "empty", "text": ""}',
      JSON.stringify({ id: 'long', text: 'x'.repeat(60_001) }),
      JSON.stringify({ id: 'metadata', text: 'x', metadata: { a: 1 } }),
      JSON.stringify({ id: 'huge', text: 'x'.repeat(10_000_000) }),
      good('twice'),
      JSON.stringify({ id: 'twice', text: 'the last one counts' }),
      good('last'),
    ];
    const invalid = Buffer.from([...Buffer.from('{"id": "latin", "text": "caf'), 0xe9, ...Buffer.from('"}\n')]);
    const { links } = await create();
    const file = Buffer.concat([invalid, Buffer.from(lines.join('\n').replace('\ufeff', ''))]);
    const { status, body, headers } = await load(links.documents, file);
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(body.links.self);
    expect(body).toMatchObject({ lineCount: 15, addedCount: 3, updatedCount: 0, repeatedCount: 1, refusedCount: 11 });
    expect((await ana.get(body.links.self)).body).toEqual(body);
    expect((await ana.get(body.links.job)).body.links.resource).toBe(body.links.self);
    expect(body.badLines.map(({ line, code }: { line: number; code: string }) => `${line} ${code}`)).toEqual([
      ...['1 utf8-invalid', '4 json-invalid', '5 not-an-object', '6 id-missing', '7 id-invalid', '8 text-invalid', '9 text-invalid'],
      ...['10 text-missing', '11 text-too-long', '12 metadata-invalid', '13 line-too-long'],
    ]);
    expect((await ana.get(`${links.documents}/twice`)).body.text).toBe('the last one counts');
  }, 60_000);

  it('of CSV knows quotes, line breaks in cells, a byte order mark, ragged rows and other columns', async () => {
    const csv = '\ufeffid,text,channel\r\na,"He said ""yes"",\r\nthen left",blog\r\nb,ragged\r\nc,plain text,\r\n\r\nd,"last line","x"';
    const { links } = await create();
    const { body } = await load(links.documents, csv, 'text/csv; charset=utf-8');
    expect(body).toMatchObject({ lineCount: 4, addedCount: 3, refusedCount: 1, badLines: [{ line: 4, code: 'row-ragged' }] });
    const items = (await ana.get(links.documents)).body.items as { externalId: string; text: string; metadata: object }[];
    expect(items.map(({ externalId, text, metadata }) => ({ externalId, text, metadata }))).toEqual([
      { externalId: 'a', text: 'He said "yes",\r\nthen left', metadata: { channel: 'blog' } },
      { externalId: 'c', text: 'plain text', metadata: {} },
      { externalId: 'd', text: 'last line', metadata: { channel: 'x' } },
    ]);
  });

  it('replaces documents that are there, and counts them as updated', async () => {
    const { links } = await loadJson([
      { id: 'a', text: 'one' },
      { id: 'b', text: 'two' },
    ]);
    const { body } = await load(
      links.documents,
      documentLines([
        { id: 'b', text: 'new two' },
        { id: 'c', text: 'three' },
      ]),
    );
    expect(body).toMatchObject({ addedCount: 1, updatedCount: 1, repeatedCount: 0 });
    expect((await ana.get(links.self)).body.documentCount).toBe(3);
  });

  it.each([
    ['without one good line', 'application/x-ndjson', 'nonsense\nmore', 422, 'documents-invalid'],
    ['of CSV without a header', 'text/csv', 'a,b\nc,d\n', 422, 'documents-invalid'],
    ['without a byte', 'text/csv', '', 422, 'media-empty'],
    ['of another type', 'application/xml', '<a/>', 415, 'media-type-unsupported'],
  ])('%s is refused', async (_, type, body, status, code) => {
    const { links } = await create();
    expect(await load(links.documents, body, type)).toMatchObject({ status, body: { code } });
    expect((await ana.get(links.self)).body).toMatchObject({ state: 'ready', documentCount: 0 });
    const failed = code === 'documents-invalid' ? [{ state: 'failed', problem: { code } }] : [];
    expect((await ana.get(links.loads)).body.items).toMatchObject(failed);
  });
});

describe('a file of documents', () => {
  const file = Buffer.from(`${documentLines([{ id: 'a', text: 'sent in parts' }])}nonsense\n`);
  const ended = (path: string) => until(async () => (await ana.get(path)).body.state !== 'processing', 30_000, 50);

  it('that comes in parts becomes a load of the collection that its sender names, with its bad lines', async () => {
    const { id: collectionId, links } = await create();
    const said = { filename: 'posts.jsonl', kind: 'documents', collectionId, externalId: 'upload-1' };
    const created = await createUpload(ana, file.length, { headers: { 'upload-metadata': metadata(said) } });
    const path = created.headers.get('location')!;
    await append(ana, path, 0, file.subarray(0, 20));
    const last = await append(ana, path, 20, file.subarray(20));
    const loadPath = last.headers.get('rafaga-resource')!;
    expect(await ended(loadPath)).toBe(true);
    const { body } = await ana.get(loadPath);
    expect(body).toMatchObject({ kind: 'load', state: 'ready', title: 'posts', externalId: 'upload-1', collectionId, format: 'ndjson' });
    expect(body).toMatchObject({ addedCount: 1, refusedCount: 1, badLines: [{ line: 2, code: 'json-invalid' }] });
    expect((await ana.get(links.loads)).body.items).toMatchObject([{ id: body.id }]);
    const upload = (await ana.get(path)).body;
    expect(upload).toMatchObject({ state: 'finished', resourceKind: 'documents' });
    expect(upload.resource).toEqual({ kind: 'load', id: body.id, links: { self: loadPath } });
    expect(loadPath).toBe(body.links.self);
  }, 60_000);

  it('is imported from an address, by its name as CSV', async () => {
    const { id: collectionId } = await create();
    const importFrom = (path: string, own: object) =>
      ana.post('/v1/imports?wait=30', { url: `${library.url}${path}`, kind: 'documents', ...own });
    const { status, body } = await importFrom('/posts.csv', { collectionId });
    expect([status, body.state, body.resourceKind]).toEqual([201, 'ready', 'documents']);
    expect(await ended(body.resource.links.self)).toBe(true);
    const loaded = (await ana.get(body.resource.links.self)).body;
    expect(loaded).toMatchObject({ kind: 'load', format: 'csv', addedCount: 1, badLines: [{ line: 3, code: 'row-ragged' }] });
    const page = await importFrom('/page', { collectionId });
    expect(page).toMatchObject({ status: 422, body: { code: 'documents-invalid' } });
    expect(await importFrom('/posts.csv', {})).toMatchObject({ status: 400, body: { errors: [{ pointer: '/collectionId' }] } });
  }, 60_000);

  it('for a collection that is not there or of somebody else is refused before its bytes', async () => {
    const { id: collectionId } = await create();
    const upload = (api: Api, said: Record<string, string>) =>
      createUpload(api, 10, { headers: { 'upload-metadata': metadata({ kind: 'documents', ...said }) } });
    expect(await upload(eve, { collectionId })).toMatchObject({ status: 404, body: { code: 'collection-not-found' } });
    expect((await upload(ana, {})).status).toBe(400);
    expect((await upload(ana, { collectionId: 'none' })).status).toBe(400);
    const order = { url: `${library.url}/posts.csv`, kind: 'documents', collectionId };
    expect((await eve.post('/v1/imports', order)).status).toBe(404);
  });
});

describe('a collection', () => {
  it('is changed by its owner on the state that was read, found by text, and deleted with its documents', async () => {
    const { links, id } = await create({ title: 'Café notes', description: 'what we wrote', externalId: 'crm-1' });
    const etag = (await ana.get(links.self)).headers.get('etag')!;
    const change = (ifMatch: string, body: object) =>
      ana.send(links.self, {
        method: 'PATCH',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', 'if-match': ifMatch },
      });
    expect(await change(etag, { description: 'what they wrote' })).toMatchObject({ status: 200, body: { description: 'what they wrote' } });
    expect(await change(etag, { title: 'stale' })).toMatchObject({ status: 412 });
    expect((await ana.get('/v1/collections?q=cafe%20they')).body.items).toMatchObject([{ id }]);
    expect((await ana.get('/v1/collections?q=wrote%20we')).body.items).toEqual([]);
    await load(links.documents, documentLines([{ id: 'a', text: 'some text' }]));
    expect((await ana.delete(links.self)).status).toBe(204);
    expect((await ana.get(links.self)).status).toBe(404);
    const left = () => query(stack.processes.environment.DATABASE_URL, 'SELECT 1 FROM documents.document WHERE collection_id = $1', [id]);
    expect(await until(async () => (await left()).length === 0, 20_000, 100)).toBe(true);
  }, 60_000);

  it('and what is in it, and its exports, are not there for anybody else', async () => {
    const collection = await loadJson([{ id: 'a', text: 'some text' }]);
    const file = (await exported({ collectionId: collection.id })).links;
    for (const path of [...Object.values<string>(collection.links), `${collection.links.documents}/a`, ...Object.values<string>(file)])
      expect([path, (await eve.get(path)).status]).toEqual([path, 404]);
    const json = { 'content-type': 'application/json', 'if-match': '*' };
    const change = (path: string, method: string, body?: object) =>
      eve.send(path, { method, ...(body ? { body: JSON.stringify(body), headers: json } : {}) });
    const attempts = await Promise.all([
      change(collection.links.self, 'PATCH', { title: 'mine' }),
      change(`${collection.links.documents}/a`, 'PUT', { text: 'mine' }),
      change(`${collection.links.documents}/a`, 'DELETE'),
      change(collection.links.duplicates, 'POST', { text: 'some text' }),
      change(collection.links.self, 'DELETE'),
      change(file.self, 'DELETE'),
      eve.post('/v1/exports', { source: 'documents', collectionId: collection.id }),
      eve.send(collection.links.documents, {
        method: 'POST',
        body: '{"id":"b","text":"x"}',
        headers: { 'content-type': 'application/x-ndjson' },
      }),
    ]);
    expect(attempts.map(({ status }) => status)).toEqual(attempts.map(() => 404));
    expect((await eve.get('/v1/collections')).body.items).toEqual([]);
    expect((await ana.get(`${collection.links.documents}/a`)).body).toMatchObject({ text: 'some text' });
  }, 60_000);

  it('has single documents written, compared and removed', async () => {
    const { links } = await create();
    const text = 'The quick brown fox jumps over the lazy dog near the river';
    const put = (path: string, body: object, conditions: Record<string, string> = {}) =>
      ana.send(path, { method: 'PUT', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...conditions } });
    const self = `${links.documents}/${encodeURIComponent('año/1')}`;
    const first = await put(self, { text: 'first' }, { 'if-none-match': '*' });
    expect(first).toMatchObject({ status: 201, body: { externalId: 'año/1', links: { self } } });
    expect(first.headers.get('location')).toBe(self);
    expect(first.headers.get('etag')).toBe((await ana.get(self)).headers.get('etag'));
    expect((await put(self, { text: 'again' }, { 'if-none-match': '*' })).status).toBe(412);
    expect(await put(self, { text, metadata: { a: 'b' } }, { 'if-match': first.headers.get('etag')! })).toMatchObject({
      status: 200,
      body: { externalId: 'año/1', language: 'en', metadata: { a: 'b' }, analysis: { language: 'en' } },
    });
    expect((await put(self, { text: 'stale' }, { 'if-match': first.headers.get('etag')! })).status).toBe(412);
    expect((await put(`${links.documents}/none`, { text }, { 'if-match': '*' })).status).toBe(412);
    const racing = await Promise.all(
      [1, 2, 3].map((each) => put(`${links.documents}/race`, { text: `${each}` }, { 'if-none-match': '*' })),
    );
    expect(racing.map(({ status }) => status).sort()).toEqual([201, 412, 412]);
    const stale = await ana.send(self, { method: 'DELETE', headers: { 'if-match': first.headers.get('etag')! } });
    expect(stale.status).toBe(412);
    expect((await ana.delete(`${links.documents}/race`)).status).toBe(204);
    await put(`${links.documents}/other`, { text: 'Nothing of the kind is written here' });
    expect((await ana.post(links.duplicates, { text: `${text} bank` })).body).toEqual({
      matches: [{ externalId: 'año/1', similarity: 0.909 }],
    });
    expect((await ana.get(links.duplicates)).body.items).toEqual([]);
    await put(`${links.documents}/other`, { text });
    expect((await ana.get(links.duplicates)).body.items).toEqual([{ ids: ['año/1', 'other'], documentCount: 2, similarity: 1 }]);
    expect((await ana.delete(`${links.documents}/other`)).status).toBe(204);
    expect((await ana.delete(`${links.documents}/other`)).status).toBe(404);
    expect((await ana.get(links.self)).body.documentCount).toBe(1);
    expect((await ana.get(links.duplicates)).body.items).toEqual([]);
  }, 60_000);
});

describe('an export', () => {
  it('guards cells that a spreadsheet would run, unless asked not to, and begins with a byte order mark where asked', async () => {
    const texts = ['=1+1', '+1', '-1', '@a', '\tx', '＝1', 'plain, "quoted"'];
    const collection = await loadJson(texts.map((text, at) => ({ id: `0${at}`, text })));
    const guarded = await exported({ collectionId: collection.id, format: 'csv', hasByteOrderMark: true });
    const { response, bytes } = await download(guarded.links.firstFile);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const texted = (csv: string) =>
      csvRecords(csv)
        .slice(1)
        .map(([, text]) => text);
    expect(texted(bytes.toString())).toEqual(["'=1+1", "'+1", "'-1", "'@a", "'\tx", "'＝1", 'plain, "quoted"']);
    const raw = await exported({ collectionId: collection.id, format: 'csv', isFormulaGuarded: false });
    expect(texted((await download(raw.links.firstFile)).bytes.toString())).toEqual(texts);
  }, 60_000);

  it('is split by rows, compressed, and sent in parts', async () => {
    const { documents } = plantedDocuments(1_500, 0);
    const collection = await loadJson(documents);
    const split = await exported({ collectionId: collection.id, compression: 'zstd', rowsPerFile: 1_000 });
    expect(split.files.map(({ rowCount }: { rowCount: number }) => rowCount)).toEqual([1_000, 500]);
    const files = await Promise.all([0, 1].map((number) => download(`${split.links.self}/files/${number}`)));
    const lines = files.flatMap(({ bytes }) => zstdDecompressSync(bytes).toString().trimEnd().split('\n'));
    expect(lines.map((line) => JSON.parse(line)).map(({ id, text }) => ({ id, text }))).toEqual(documents);
    const part = await download(split.links.firstFile, { range: 'bytes=10-19' });
    expect(part.response.status).toBe(206);
    expect(part.bytes).toEqual(files[0]!.bytes.subarray(10, 20));
    const etag = `"${split.files[0].sha256}"`;
    expect((await download(split.links.firstFile, { 'if-none-match': etag })).response.status).toBe(304);
    const manifest = await download(split.links.manifest);
    expect(manifest.response.headers.get('content-type')).toBe('application/json');
    expect(JSON.parse(manifest.bytes.toString()).files).toEqual(split.files);
    expect((await ana.get(`${split.links.self}/files/2`)).body.code).toBe('export-file-not-found');
    expect((await ana.get('/v1/exports?fields=files&limit=1')).body.items[0]).toMatchObject({ id: split.id, files: split.files });
  }, 120_000);

  it('lets its files go when it is deleted, and of nothing has no file', async () => {
    const { id, links } = await create();
    const empty = await exported({ collectionId: id });
    expect(empty).toMatchObject({ rowCount: 0, files: [] });
    await load(links.documents, documentLines([{ id: 'a', text: 'kept only here' }]));
    const written = await exported({ collectionId: id });
    expect((await stack.leftovers()).blobs).toContain(written.files[0].sha256);
    expect((await ana.delete(written.links.self)).status).toBe(204);
    expect((await stack.leftovers()).blobs).not.toContain(written.files[0].sha256);
    expect((await ana.post('/v1/exports', { source: 'documents' })).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/collectionId', code: 'required' }],
    });
  }, 60_000);
});

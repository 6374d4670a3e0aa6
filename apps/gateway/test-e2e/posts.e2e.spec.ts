/** Posts and the analysis of texts through the gateway. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LlmServer, until } from '#testing';
import { Api } from './support/api.ts';
import { pixel, sendAttachment } from './support/attachments.ts';
import { openTestStack, type TestStack } from './support/test-stack.ts';

const text = 'We are thrilled to announce our new office in Madrid! 🎉';

let llm: LlmServer;
let stack: TestStack;
let ana: Api;
let luis: Api;
beforeAll(async () => {
  llm = await LlmServer.start();
  stack = await openTestStack(['gateway', 'posts'], {
    ...{
      OUTBOUND_ALLOW_PRIVATE: '127.0.0.1:9',
      LLM_BASE_URL: llm.url,
      LLM_MODEL: 'tiny',
      LLM_API_KEY: 'sk-secret',
      LLM_BUDGET_REQUESTS: '6',
    },
  });
  [ana, luis] = await Promise.all([Api.register(stack.url), Api.register(stack.url)]);
}, 120_000);
afterAll(async () => {
  await stack?.close();
  await llm?.stop();
});

const patch = (path: string, etag: string, change: object) =>
  ana.send(path, { method: 'PATCH', body: JSON.stringify(change), headers: { 'content-type': 'application/json', 'if-match': etag } });

describe('the analysis of texts', () => {
  it('answers one text', async () => {
    const { status, body } = await ana.post('/v1/posts/analyze', { text });
    expect(status).toBe(200);
    expect(body.items).toMatchObject([{ id: '0', problem: null, analysis: { language: 'en', sentiment: { label: 'positive' } } }]);
  });

  it('answers a batch of 1,000 in its order, and bad items alone fail', async () => {
    const items = Array.from({ length: 1_000 }, (_, at) => ({
      id: `n${at}`,
      text: at % 2 ? text : 'Estamos muy contentos con el equipo.',
    }));
    items[3] = { id: 'long', text: 'a'.repeat(100_001) };
    items[5] = { id: 'half', text: 'x\ud800' };
    const { status, body } = await ana.post('/v1/posts/analyze', { items, tasks: ['language', 'sentiment'] });
    expect(status).toBe(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(items.map(({ id }) => id));
    expect(body.items.filter(({ problem }: { problem: unknown }) => problem)).toMatchObject([
      { id: 'long', analysis: null, problem: { code: 'request-invalid' } },
      { id: 'half', analysis: null, problem: { code: 'request-invalid' } },
    ]);
    expect(body.items[998].analysis.language).toBe('es');
  });

  it.each([
    ['neither text nor items', {}],
    ['both', { text, items: [{ id: 'a', text }] }],
    ['an empty batch', { items: [] }],
    ['a task that does not exist', { text, tasks: ['colour'] }],
    ['too long a text', { text: 'a'.repeat(100_001) }],
  ])('refuses %s', async (_, body) => expect((await ana.post('/v1/posts/analyze', body)).status).toBe(400));
});

describe('variants of a text', () => {
  it('are compared, and the best is named', async () => {
    const { status, body } = await ana.post('/v1/posts/compare', {
      variants: ['We opened.', 'What do you think of our 3 offices? Tell us. #madrid'],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ best: 1, items: [{ parts: expect.any(Array) }, { suggestions: expect.any(Array) }] });
  });

  it.each([[['one']], [Array.from({ length: 6 }, () => 'x')], [['x', '']], [['x', 'a'.repeat(20_001)]]])(
    'are refused outside their bounds (%#)',
    async (variants) => expect((await ana.post('/v1/posts/compare', { variants })).status).toBe(400),
  );
});

describe('a post', () => {
  it('is created, read, found, changed, restored and deleted', async () => {
    const created = await ana.post('/v1/posts', { text, tags: ['launch'] });
    expect(created).toMatchObject({ status: 201, body: { kind: 'post', version: 1, toneLabel: expect.any(String), tags: ['launch'] } });
    const { self, versions } = created.body.links;
    expect(created.headers.get('location')).toBe(self);
    const read = await ana.get(self);
    expect(read.body).toEqual(created.body);
    const etag = read.headers.get('etag')!;
    expect((await ana.get(self, { 'if-none-match': etag })).status).toBe(304);
    expect((await ana.get('/v1/posts?q=madrid&sentimentLabel=positive')).body.items).toMatchObject([{ id: created.body.id }]);

    const changed = await patch(self, etag, { text: 'Plans have changed.', title: 'Plans' });
    expect(changed).toMatchObject({ status: 200, body: { version: 2, title: 'Plans', text: 'Plans have changed.' } });
    expect((await ana.get(self)).body).toEqual(changed.body);
    expect((await patch(self, etag, { title: 'late' })).status).toBe(412);
    expect((await ana.get(versions)).body.items).toMatchObject([{ version: 2 }, { version: 1, text }]);
    expect((await ana.get(`${versions}/1`)).body).toMatchObject({ version: 1, text });
    expect((await ana.get(`${versions}/2/diff`)).body).toMatchObject({
      from: 1,
      to: 2,
      changes: [{ from: { start: 0 }, to: { start: 0 } }],
    });
    expect((await ana.get(`${versions}/2/diff?against=2`)).body.changes).toEqual([]);
    expect((await ana.get(`${versions}/2/diff?against=7`)).status).toBe(404);
    expect((await ana.get(`${versions}/2/diff?against=x`)).status).toBe(400);
    expect(await ana.send(`${versions}/1/restore`, { method: 'POST' })).toMatchObject({ status: 200, body: { version: 3, text } });

    expect((await ana.delete(self)).status).toBe(204);
    expect((await ana.get(self)).status).toBe(404);
  });

  it('is not there for anybody else', async () => {
    const { self, versions } = (await ana.post('/v1/posts', { text })).body.links;
    expect((await luis.get(self)).status).toBe(404);
    expect((await luis.get(versions)).status).toBe(404);
    expect((await luis.delete(self)).status).toBe(404);
    expect((await luis.get('/v1/posts')).body.items).toEqual([]);
  });

  it.each([
    ['an empty text', { text: '' }],
    ['no text', {}],
    ['too long a text', { text: 'a'.repeat(20_001) }],
    ['a field that does not exist', { text, colour: 'red' }],
  ])('with %s is refused', async (_, body) => expect((await ana.post('/v1/posts', body)).status).toBe(400));
});

describe('publishing', () => {
  const inAYear = new Date(Date.now() + 365 * 86_400_000).toISOString();

  it('lists publishers, and says which are not configured', async () => {
    const { body } = await ana.get('/v1/publishers');
    expect(body.items).toMatchObject([
      { name: 'linkedin', state: 'not-configured' },
      { name: 'webhook', state: 'ready' },
    ]);
    expect(await ana.post('/v1/publishers/linkedin/connect', {})).toMatchObject({
      status: 409,
      body: { code: 'publisher-not-configured' },
    });
    expect((await ana.post('/v1/publishers/myspace/connect', {})).status).toBe(400);
    expect(await ana.as(undefined).get('/v1/publishers/linkedin/callback?state=x&code=y')).toMatchObject({ status: 409 });
    expect(await ana.post('/v1/publishers/linkedin/connections', { state: 'x', confirmation: 'y' })).toMatchObject({
      status: 404,
      body: { code: 'publisher-connection-not-found' },
    });
  });

  it('schedules a post, shows it in the calendar, moves and cancels it; nobody else sees it', async () => {
    const { account } = (await ana.post('/v1/publishers/webhook/connect', { url: 'http://127.0.0.1:9/posts', title: 'Newsroom' })).body;
    const { id, links } = (await ana.post('/v1/posts', { text })).body;
    const made = await ana.post(`${links.self}/publish`, { accountId: account.id, dueAt: inAYear, timeZone: 'Europe/Madrid' });
    expect(made).toMatchObject({ status: 201, body: { status: 'scheduled', postId: id, dueAt: inAYear, timeZone: 'Europe/Madrid' } });
    const { self } = made.body.links;
    expect(made.headers.get('location')).toBe(self);
    expect((await ana.get(links.self)).body).toMatchObject({ status: 'scheduled' });
    expect(await ana.post(`${links.self}/publish`, { accountId: account.id })).toMatchObject({
      status: 409,
      body: { code: 'publication-duplicate' },
    });
    const past = { accountId: account.id, localTime: '2020-01-01T09:00' };
    expect(await ana.post(`${links.self}/publish`, past)).toMatchObject({ status: 422, body: { code: 'publication-in-the-past' } });

    const range = `from=${inAYear.slice(0, 10)}T00:00:00Z&to=${new Date(Date.parse(inAYear) + 86_400_000).toISOString()}`;
    expect((await ana.get(`/v1/posts/calendar?${range}`)).body.items).toEqual([made.body]);
    expect((await luis.get(`/v1/posts/calendar?${range}`)).body.items).toEqual([]);
    for (const path of [self, `${links.self}/publications`, links.self, `/v1/publishers/accounts/${account.id}`])
      expect([path, (await luis.get(path)).status]).toEqual([path, 404]);

    const moved = await ana.send(self, {
      method: 'PATCH',
      body: '{"localTime":"2027-12-01T09:00"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(moved).toMatchObject({ status: 200, body: { dueAt: '2027-12-01T08:00:00.000Z', localTime: '2027-12-01T09:00:00' } });
    expect(await ana.send(`${self}/cancel`, { method: 'POST' })).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect((await ana.get(`${links.self}/publications`)).body.items).toMatchObject([{ status: 'cancelled' }]);
    expect((await ana.delete(`/v1/publishers/accounts/${account.id}`)).status).toBe(204);
    expect((await ana.get('/v1/publishers')).body.items[1].accounts).toEqual([]);
  });
});

describe('an attachment', () => {
  it('is recognised by its bytes, belongs to posts, is downloaded in part and deleted from both', async () => {
    const made = await sendAttachment(ana, pixel, 'pixel.jpg', { title: 'A pixel' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        kind: 'attachment',
        state: 'ready',
        title: 'A pixel',
        contentType: 'image/gif',
        widthPx: 1,
        heightPx: 1,
        fileName: 'pixel.jpg',
      },
    });
    const { id, links } = made.body;
    expect(made.headers.get('location')).toBe(links.self);
    expect((await ana.get('/v1/attachments?contentType=image/gif')).body.items).toEqual([made.body]);
    const part = await ana.raw(links.file, { headers: { range: 'bytes=0-5' } });
    expect([part.status, part.headers.get('content-type'), await part.text()]).toEqual([206, 'image/gif', 'GIF89a']);

    const post = await ana.post('/v1/posts', { text, attachmentIds: [id] });
    expect(post).toMatchObject({ status: 201, body: { attachmentIds: [id] } });
    expect(await luis.post('/v1/posts', { text, attachmentIds: [id] })).toMatchObject({
      status: 404,
      body: { code: 'attachment-not-found' },
    });
    for (const path of [links.self, links.file]) expect([path, (await luis.get(path)).status]).toEqual([path, 404]);
    expect((await luis.delete(links.self)).status).toBe(404);

    expect((await ana.delete(links.self)).status).toBe(204);
    expect((await ana.get(post.body.links.self)).body.attachmentIds).toEqual([]);
    expect((await ana.get(links.self)).status).toBe(404);
  });

  it('that is no picture and no document is refused, whatever its name', async () =>
    expect(await sendAttachment(ana, Buffer.from('MZ is a program'), 'office.png')).toMatchObject({
      status: 415,
      body: { code: 'media-not-attachment' },
    }));
});

describe('a rewrite', () => {
  const personal = 'We moved to Madrid. Write to ana@example.org or call +34 612 345 678.';
  const draft = async () => (await ana.post('/v1/posts', { text: personal })).body.links.self as string;
  const follow = (path: string, body: object, signal?: AbortSignal) =>
    ana.raw(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      ...(signal ? { signal } : {}),
    });
  const framesOf = (stream: string) =>
    [...stream.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, event, data]) => ({ event, data: JSON.parse(data!) }));

  const firstToken = async (reader: ReadableStreamDefaultReader<Uint8Array>) => {
    let seen = '';
    while (!seen.includes('event: token')) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`no token: ${seen}`);
      seen += new TextDecoder().decode(value);
    }
    return seen;
  };
  afterEach(() => {
    llm.pauseAfter = undefined;
    llm.goOn();
  });

  it('is written by the language model, which sees nothing personal, and is cached', async () => {
    const self = await draft();
    const first = await ana.post(`${self}/rewrite`, { instruction: 'Shorter.' });
    expect(first).toMatchObject({
      status: 200,
      body: {
        source: 'llm',
        text: `Rewritten: ${personal}`,
        model: 'tiny',
        isCached: false,
        redactedCount: 2,
        scoreBefore: expect.any(Number),
      },
    });
    expect(JSON.stringify(llm.calls)).not.toMatch(/ana@example|612/);
    expect(await ana.post(`${self}/rewrite`, { instruction: 'Shorter.' })).toMatchObject({
      status: 200,
      body: { text: first.body.text, isCached: true },
    });
    expect(llm.calls).toHaveLength(1);
    expect((await ana.get(self)).body.text).toBe(personal);
    expect((await luis.post(`${self}/rewrite`, {})).status).toBe(404);
  });

  it('is followed as it is written', async () => {
    const answer = await follow('/v1/posts/draft', { brief: personal });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const frames = framesOf(await answer.text());
    const last = frames.pop()!;
    expect(last).toMatchObject({ event: 'done', data: { source: 'llm', text: `Rewritten: ${personal}`, scoreBefore: null } });
    expect(frames.map(({ data }) => data.text).join('')).toBe(last.data.text);
  });

  it('ends at the language model when the client goes away', async () => {
    const [gone, before] = [new AbortController(), llm.aborted];
    llm.pauseAfter = 6;
    const answer = await follow('/v1/posts/draft', { brief: 'One two three four five six seven eight nine.' }, gone.signal);
    await firstToken(answer.body!.getReader());
    gone.abort();
    expect(await until(async () => llm.aborted > before, 20_000)).toBe(true);
  });

  it.each([
    [401, 502, 'llm-refused'],
    [429, 503, 'llm-unavailable'],
    ['html', 502, 'llm-answer-invalid'],
  ] as const)('of an endpoint that answers %s is a problem document, streamed or not', async (fault, status, code) => {
    const [writer, brief] = [await Api.register(stack.url), `Notes about ${fault}`];
    llm.nextFault = fault;
    const answer = await writer.post('/v1/posts/draft', { brief });
    expect(answer).toMatchObject({ status, body: { code } });
    if (status === 503) expect(answer.headers.get('retry-after')).toBe('7');
    llm.nextFault = fault;
    const streamed = await writer.send('/v1/posts/draft', {
      method: 'POST',
      body: JSON.stringify({ brief }),
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    });
    expect(streamed).toMatchObject({ status, body: { code } });
  });

  it('that breaks off after its beginning ends with a problem', async () => {
    llm.nextFault = 'unfinished';
    llm.pauseAfter = 6;
    const answer = await follow('/v1/posts/draft', { brief: 'A text that breaks off after some words.' });
    const reader = answer.body!.getReader();
    let stream = await firstToken(reader);
    llm.goOn();
    for (let part = await reader.read(); !part.done; part = await reader.read()) stream += new TextDecoder().decode(part.value);
    const frames = framesOf(stream);
    expect(frames.at(-1)).toMatchObject({ event: 'problem', data: { status: 502, code: 'llm-answer-invalid' } });
    expect(frames[0]!.event).toBe('token');
  });

  it('is refused once the requests of the day are used up', async () => {
    const writer = await Api.register(stack.url);
    const drafts = await Promise.all(Array.from({ length: 9 }, (_, at) => writer.post('/v1/posts/draft', { brief: `Notes ${at}` })));
    const refused = drafts.filter(({ status }) => status === 429);
    expect([drafts.filter(({ status }) => status === 200).length, refused.length]).toEqual([6, 3]);
    expect(refused[0]).toMatchObject({ body: { code: 'llm-budget-exceeded' } });
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

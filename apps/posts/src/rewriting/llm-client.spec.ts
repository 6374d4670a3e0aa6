/** The client of the language model against a real endpoint on the loopback address. */
import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Failure } from '#contracts';
import { type LlmFault, LlmServer, until } from '#testing';
import { llmConfig } from './llm.config.ts';
import { LlmClient } from './llm-client.service.ts';

let server: LlmServer;
let client: LlmClient;
const config = (own: object = {}) => llmConfig.parse({ LLM_BASE_URL: server.url, LLM_API_KEY: 'sk-secret', LLM_MODEL: 'tiny', ...own });
beforeAll(async () => {
  server = await LlmServer.start();
  client = new LlmClient(config());
});
afterAll(() => server?.stop());
afterEach(() => {
  server.pauseAfter = undefined;
});

const messages = [
  { role: 'system', content: 'Write.' },
  { role: 'user', content: JSON.stringify({ text: 'We moved.' }) },
] as const;
const never = new AbortController().signal;
const pieces: string[] = [];
const ask = (isStreamed: boolean, signal = never, by = client) => {
  pieces.length = 0;
  return by.ask({ messages, signal, ...(isStreamed ? { onPiece: (piece: string) => void pieces.push(piece) } : {}) });
};

describe.each([
  ['whole', false],
  ['streamed', true],
])('an answer that is %s', (_, isStreamed) => {
  it('is the text of the model, which gets the key and the messages', async () => {
    expect(await ask(isStreamed)).toBe('Rewritten: We moved.');
    expect(server.calls.at(-1)).toEqual({ authorization: 'Bearer sk-secret', model: 'tiny', stream: isStreamed, messages: [...messages] });
    expect(pieces.join('')).toBe(isStreamed ? 'Rewritten: We moved.' : '');
  });

  it.each<[LlmFault, string]>([
    [401, 'llm-refused'],
    [404, 'llm-refused'],
    [429, 'llm-unavailable'],
    [500, 'llm-unavailable'],
    ['redirect', 'llm-unavailable'],
    ['lost', 'llm-unavailable'],
    ['html', 'llm-answer-invalid'],
    ['unfinished', 'llm-answer-invalid'],
    ['cut', 'llm-answer-invalid'],
    ['empty', 'llm-answer-invalid'],
    ['huge', 'llm-answer-invalid'],
  ])('fails where the endpoint answers %s as %s, once and without its words', async (fault, code) => {
    server.nextFault = fault;
    const before = server.calls.length;
    const failure = Failure.from(await ask(isStreamed).catch((error: unknown) => error));
    expect([failure.code, failure.message.includes('sk-secret'), server.calls.length]).toEqual([code, false, before + 1]);
    if (fault === 429) expect(failure.retryAfterSeconds).toBe(7);
  });

  it('fails when half of it is missing', async () => {
    server.nextFault = 'half';
    await expect(ask(isStreamed)).rejects.toMatchObject({ code: expect.stringMatching(/^llm-(?:unavailable|answer-invalid)$/) });
  });

  it('fails when it takes too long', async () => {
    server.nextFault = 'silent';
    await expect(ask(isStreamed, never, new LlmClient(config({ LLM_TIMEOUT_MS: 100 })))).rejects.toMatchObject({ code: 'llm-timeout' });
  });

  it('ends at the endpoint too when nobody waits any more', async () => {
    const [gone, before] = [new AbortController(), server.aborted];
    if (isStreamed) server.pauseAfter = 2;
    else server.nextFault = 'silent';
    const calls = server.calls.length;
    const asked = ask(isStreamed, gone.signal);
    await until(async () => server.calls.length > calls && (!isStreamed || pieces.length >= 2), 10_000);
    gone.abort(new Failure('cancelled', 'gone'));
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    expect(await until(async () => server.aborted > before, 10_000)).toBe(true);
    server.goOn();
  });
});

describe('the client of the language model', () => {
  it('dials nothing but the endpoint, whatever the environment says about tracing', async () => {
    const names = ['LANGSMITH_TRACING', 'LANGCHAIN_TRACING_V2', 'LANGCHAIN_VERBOSE'];
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = 'true';
    const connect = jest.spyOn(Socket.prototype, 'connect');
    try {
      const own = new LlmClient(config());
      expect([await ask(false, never, own), await ask(true, never, own)]).toHaveLength(2);
      const dialled = connect.mock.calls.map(([first]) => JSON.stringify(first));
      expect(dialled.filter((address) => !address.includes(String(server.port)))).toEqual([]);
    } finally {
      connect.mockRestore();
      for (const [at, name] of names.entries()) {
        if (before[at] === undefined) delete process.env[name];
        else process.env[name] = before[at];
      }
    }
  });

  it('refuses more answers at a time than it may wait for', async () => {
    const own = new LlmClient(config({ LLM_SLOTS: 1 }));
    const release = own.admit();
    expect(() => own.admit()).toThrow(expect.objectContaining({ code: 'overloaded' }));
    release();
    release();
    own.admit();
    expect(() => own.admit()).toThrow(expect.objectContaining({ code: 'overloaded' }));
  });

  it('answers in its config only where a model is set', () =>
    expect(new LlmClient(llmConfig.parse({ LLM_API_KEY: 'x' })).model).toBeUndefined());
});

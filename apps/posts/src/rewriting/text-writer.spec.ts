import { beforeEach, describe, expect, it } from '@jest/globals';
import { Failure } from '#contracts';
import { type Log, openCall, runInCall } from '#platform';
import type { PostsCache } from '../posts-cache.ts';
import { llmConfig } from './llm.config.ts';
import type { LlmBudgetStore } from './llm-budget.store.ts';
import { LlmClient } from './llm-client.service.ts';
import { failureOfLlm } from './llm-failures.ts';
import type { Order } from './prompts.ts';
import { TextWriter } from './text-writer.service.ts';

const config = llmConfig.parse({ LLM_MODEL: 'tiny', LLM_SLOTS: 1 });
const ownerId = '0199c0de-0000-7000-8000-000000000001';
let taken = 0;
let logged: [object, string][] = [];
let kept: { value: unknown; tags: readonly string[] | undefined }[] = [];
let answer: () => Promise<string>;
let writer: TextWriter;

beforeEach(() => {
  [taken, logged, kept, answer] = [0, [], [], async () => 'Written'];
  const llm = new LlmClient(config);
  llm.ask = () => answer();
  const budget = { take: async () => void taken++ } as Partial<LlmBudgetStore> as LlmBudgetStore;
  const cache = {
    get: async () => undefined,
    set: async (_: string, __: string, value: unknown, { tags }: { tags?: readonly string[] } = {}) => void kept.push({ value, tags }),
    invalidateTag: async (tag: string) => {
      kept = kept.filter(({ tags }) => !tags?.includes(tag));
    },
  } as Partial<PostsCache> as PostsCache;
  const log = { warn: (fields: object, message: string) => void logged.push([fields, message]) } as Partial<Log> as Log;
  writer = new TextWriter(llm, budget, log, cache, config);
});

const order: Order = { task: 'draft', text: 'A brief', instruction: undefined, language: undefined, advice: [] };
const never = new AbortController().signal;
const write = (signal = never) =>
  runInCall({ ...openCall({ deadlineMs: 60_000 }), subject: ownerId }, () => writer.write(order, { signal }));

describe('a text that the language model writes', () => {
  it('takes its slot before the first wait, and gives it back', async () => {
    const codes = await Promise.all([write(), write()].map((each) => each.then(() => 'ok').catch((error: Failure) => error.code)));
    expect(codes.sort()).toEqual(['ok', 'overloaded']);
    answer = () => Promise.reject(failureOfLlm(new SyntaxError('no JSON')));
    await expect(write()).rejects.toMatchObject({ code: 'llm-answer-invalid' });
    answer = async () => 'Written';
    expect(await write()).toMatchObject({ text: 'Written' });
  });

  it('costs nothing when whoever asked has gone before it is asked for', async () => {
    await expect(write(AbortSignal.abort(new Failure('cancelled', 'gone')))).rejects.toMatchObject({ code: 'cancelled' });
    expect([taken, logged]).toEqual([0, []]);
  });

  it('is forgotten with the account', async () => {
    await write();
    expect(kept).toHaveLength(1);
    await writer.forget(ownerId);
    expect(kept).toEqual([]);
  });

  it('that fails is logged once, by code and status, without the words of the endpoint', async () => {
    answer = () => Promise.reject(failureOfLlm(Object.assign(new Error('bad prompt: A brief'), { status: 400 })));
    await expect(write()).rejects.toMatchObject({ code: 'llm-refused' });
    expect(logged).toEqual([[{ code: 'llm-refused', status: 400 }, 'the language model has written no text']]);
  });
});

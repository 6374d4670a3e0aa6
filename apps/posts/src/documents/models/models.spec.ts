import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Compute, task } from '#compute';
import type { EmbedInput } from '../embed-rows.worker.ts';
import { onnxOf, tinyModel, writeModel } from '../testing/tiny-model.ts';
import { readModelFolder } from './read-model-folder.ts';
import { readOnnx } from './read-onnx.ts';
import { wordPieces } from './word-piece.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'rafaga-models-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const words = { whale: [1, 0, 0, 0], sea: [0, 1, 0, 0], '##side': [0, 0, 1, 0], bread: [0, 0, 0, 1] };
const folderOf = (name: string, changes: Readonly<Record<string, Buffer | string | undefined>> = {}): string => {
  const files = Object.entries({ ...tinyModel(words), ...changes }).filter(
    (entry): entry is [string, Buffer | string] => entry[1] !== undefined,
  );
  return writeModel(join(root, name), Object.fromEntries(files));
};

describe('the folder of a sentence model', () => {
  it('tells the dimension, how texts are cut, and a hash of its files', async () => {
    const read = await readModelFolder(folderOf('good'));
    expect(read).toMatchObject({ dimension: 4, options: { maxTokens: 64, pooling: 'mean', isUncased: true } });
    expect(read.files.map(({ name }) => name)).toEqual(['model.onnx', 'vocab.txt', 'config.json']);
    expect((await readModelFolder(folderOf('same'))).sha256).toBe(read.sha256);
    expect((await readModelFolder(folderOf('cased', { 'tokenizer_config.json': '{"do_lower_case":false}' }))).sha256).not.toBe(read.sha256);
  });

  it('may be laid out as sentence-transformers does', async () => {
    const vocab = Object.fromEntries(['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'whale'].map((piece, at) => [piece, at]));
    const folder = folderOf('sentence-transformers', {
      ...{ 'model.onnx': undefined, 'vocab.txt': undefined, 'onnx/model.onnx': tinyModel(words)['model.onnx'] },
      'tokenizer.json': JSON.stringify({ model: { type: 'WordPiece', vocab }, normalizer: { type: 'BertNormalizer', lowercase: false } }),
      '1_Pooling/config.json': JSON.stringify({
        word_embedding_dimension: 4,
        pooling_mode_cls_token: true,
        pooling_mode_mean_tokens: false,
      }),
      'sentence_bert_config.json': '{"max_seq_length":32}',
    });
    expect((await readModelFolder(folder)).options).toEqual({ maxTokens: 32, pooling: 'cls', isUncased: false });
  });

  const whole = tinyModel(words)['model.onnx'] as Buffer;
  it.each([
    ['without a network', { 'model.onnx': undefined }, /has no model\.onnx\.$/],
    ['with a network that is truncated', { 'model.onnx': whole.subarray(0, 150) }, /^model\.onnx is truncated\.$/],
    ['with an empty network', { 'model.onnx': '' }, /^model\.onnx is not a file of ONNX\.$/],
    [
      'with another file as network',
      { 'model.onnx': '<!DOCTYPE html><html>not found</html>' },
      /^model\.onnx is (not a file of ONNX|truncated)\.$/,
    ],
    ['without a vocabulary', { 'vocab.txt': undefined }, /has neither tokenizer\.json nor vocab\.txt\.$/],
    ['with a vocabulary without marks', { 'vocab.txt': 'whale\nsea\n' }, /^The vocabulary of the model has no \[CLS\]\.$/],
    [
      'with a vocabulary that is truncated',
      { 'config.json': '{"vocab_size":30522}' },
      /^The vocabulary has 8 pieces, config\.json says 30522: it is truncated\.$/,
    ],
    ['with a tokenizer that is truncated', { 'tokenizer.json': '{"model":{"ty' }, /^tokenizer\.json is not JSON, or is truncated\.$/],
    ['with another tokenizer', { 'tokenizer.json': '{"model":{"type":"Unigram"}}' }, /no word pieces \(WordPiece\)/],
    [
      'of another dimension',
      { 'config.json': '{"hidden_size":384}' },
      /^model\.onnx gives vectors of 4 numbers, its configuration says 384\.$/,
    ],
    [
      'of a dimension that is not supported',
      { 'model.onnx': onnxOf([[1, 2, 3]]), 'config.json': '{}' },
      /^A vector has 3 numbers: a multiple of 4/,
    ],
    [
      'with a pooling that is not supported',
      { '1_Pooling/config.json': '{"pooling_mode_max_tokens":true}' },
      /asks for pooling_mode_max_tokens/,
    ],
  ])('%s is refused in one sentence', async (name, changes, sentence) => {
    const folder = folderOf(name.replaceAll(' ', '-'), changes);
    await expect(readModelFolder(folder)).rejects.toThrow(sentence);
  });

  it('that is not there is refused in one sentence', async () => {
    await expect(readModelFolder(join(root, 'nowhere'))).rejects.toThrow(/nowhere is no folder\.$/);
  });

  it('cut at any byte of its network is refused, or ends between two fields', () => {
    const path = join(root, 'cut.onnx');
    for (let length = 0; length < whole.length; length++) {
      writeModel(root, { 'cut.onnx': whole.subarray(0, length) });
      try {
        expect(readOnnx(path).outputs).toEqual([{ name: 'last_hidden_state', dimensions: [null, null, 4] }]);
        expect(length).toBeGreaterThan(whole.length - 10); // only the version of the operators is missing
      } catch (error) {
        expect((error as Error).message).toMatch(/^model\.onnx is (truncated|not a file of ONNX)\.$/);
      }
    }
  });
});

describe('word pieces', () => {
  const vocabulary = new Map(
    ['[UNK]', '[CLS]', '[SEP]', 'un', '##aff', '##able', 'cafe', 'Café', ',', '鯨', 'runs', '!'].map((piece, at) => [piece, at]),
  );
  const cut = (text: string, options: { isUncased?: boolean; maxTokens?: number } = {}) => {
    const names = [...vocabulary.keys()];
    return wordPieces(text, { vocabulary, isUncased: true, maxTokens: 16, ...options }).map((piece) => names[piece]);
  };

  it.each([
    ['unaffable', ['un', '##aff', '##able']],
    ['CAFÉ, runs!', ['cafe', ',', 'runs', '!']],
    ['鯨runs', ['鯨', 'runs']],
    ['unknown words', ['[UNK]', '[UNK]']],
    ['x'.repeat(101), ['[UNK]']],
    ['', []],
    ['ru\u200bns\u0000', ['runs']],
  ])('of %j', (text, pieces) => expect(cut(text)).toEqual(['[CLS]', ...pieces, '[SEP]']));

  it('keep case and accents where the model does', () => expect(cut('Café', { isUncased: false })).toEqual(['[CLS]', 'Café', '[SEP]']));

  it('of a long text are cut, and end with the mark', () => {
    expect(cut('runs '.repeat(100), { maxTokens: 5 })).toEqual(['[CLS]', 'runs', 'runs', 'runs', '[SEP]']);
  });
});

/** Where `npm run enable -- onnx` installs it. */
const runtimeFolder = resolve(import.meta.dirname, '../../../../../.rafaga/onnx');
const isInstalled = existsSync(join(runtimeFolder, 'node_modules/onnxruntime-node'));

describe('vectors by an ONNX model', () => {
  const question = task<EmbedInput, Float32Array>('../embed-question.worker', import.meta.url);
  let compute: Compute;
  beforeAll(() => {
    compute = new Compute({ threads: 1 });
  });
  afterAll(() => compute.close({ drainMs: 0 }));
  const embed = (model: EmbedInput['embedder'], texts: readonly string[]) => compute.run(question, { embedder: model, texts });
  const embedder = async (name: string) => {
    const folder = folderOf(name);
    const { dimension, options } = await readModelFolder(folder);
    return { kind: 'onnx', modelId: 'tiny@1', folder, runtimeFolder, dimension, options } as const;
  };

  it(`are the normalised mean of those of the word pieces${isInstalled ? '' : '; the runtime is not installed, which is told in one sentence'}`, async () => {
    const texts = ['The whale, the SEA', 'seaside whale', 'bread', ...Array.from({ length: 20 }, () => 'sea')];
    const vectors = embed(await embedder('run'), texts);
    if (!isInstalled)
      return expect(vectors).rejects.toMatchObject({
        code: 'service-unavailable',
        message: expect.stringMatching(/npm run enable -- onnx$/),
      });
    const rows = Array.from({ length: texts.length }, async (_, at) =>
      [...(await vectors).subarray(4 * at, 4 * at + 4)].map((value) => Number(value.toFixed(2))),
    );
    const [first, second, third, ...others] = await Promise.all(rows);
    expect([first, second, third]).toEqual([
      [0.71, 0.71, 0, 0],
      [0.58, 0.58, 0.58, 0],
      [0, 0, 0, 1],
    ]);
    expect(others).toEqual(others.map(() => [0, 1, 0, 0]));
  });

  it('of a network that the runtime cannot load fail in one sentence', async () => {
    const { folder, ...model } = await embedder('broken');
    writeModel(folder, { 'model.onnx': Buffer.concat([Buffer.from([0x3a, 0x02, 0x0a, 0x00])]) });
    await expect(embed({ ...model, folder }, ['a'])).rejects.toMatchObject({
      code: 'service-unavailable',
      message: expect.stringMatching(/^The ONNX runtime/),
    });
  });
});

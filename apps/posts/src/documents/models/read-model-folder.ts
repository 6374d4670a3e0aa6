/**
 * Reads the folder of a sentence model: `model.onnx` (or `onnx/model.onnx`), the word pieces in `tokenizer.json` or `vocab.txt`, and what the configuration
 * files beside them say, as sentence-transformers lays them out.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ModelFault } from './model-fault.ts';
import { readOnnx, type TensorShape } from './read-onnx.ts';
import { type ModelFile, maxDimension, type OnnxOptions } from './vector-model.ts';

export interface ModelFolder {
  readonly dimension: number;
  readonly options: OnnxOptions;
  readonly files: readonly (ModelFile & { readonly path: string })[];
  /** Of the names and hashes of all files. */
  readonly sha256: string;
}

/** Word pieces of a text: longer ones are cut where the folder says nothing. */
const maxTokensDefault = 256;
const maxTokensLimit = 8_192;
/** Tables of vectors have some rows more than there are pieces, so that they have a round number. */
const paddedPieces = 128;
const knownInputs = new Set(['input_ids', 'attention_mask', 'token_type_ids']);
const marks = ['[CLS]', '[SEP]', '[UNK]'];
const optionalFiles = [
  'tokenizer.json',
  'vocab.txt',
  'tokenizer_config.json',
  'config.json',
  'sentence_bert_config.json',
  '1_Pooling/config.json',
];

/** Where the network stands in the folder. */
export const networkFile = (folder: string): string =>
  join(folder, existsSync(join(folder, 'model.onnx')) ? 'model.onnx' : 'onnx/model.onnx');

/** @throws ModelFault, in one sentence, for a folder that is missing or incomplete, or a model that cannot be used */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new ModelFault(`${folder} is no folder.`);
  const network = networkFile(folder);
  if (!existsSync(network)) throw new ModelFault(`${folder} has no model.onnx.`);
  const { inputs, outputs } = readOnnx(network);
  requireInputs(inputs);
  const { isUncased } = readVocabulary(folder);
  const dimension = dimensionOf(outputs, readJson(folder, '1_Pooling/config.json'), readJson(folder, 'config.json'));
  const files = await describeFiles(folder, network);
  const sha256 = createHash('sha256');
  for (const file of files) sha256.update(`${file.sha256} ${file.name}\n`);
  return {
    dimension,
    options: { maxTokens: maxTokensOf(folder), pooling: poolingOf(folder), isUncased },
    files,
    sha256: sha256.digest('hex'),
  };
}

/** @throws ModelFault for a folder without a vocabulary of word pieces */
export function readVocabulary(folder: string): { readonly vocabulary: ReadonlyMap<string, number>; readonly isUncased: boolean } {
  const tokenizer = readJson(folder, 'tokenizer.json');
  const listed = tokenizer === undefined ? vocabularyOfLines(folder) : vocabularyOfTokenizer(tokenizer);
  const told = readJson(folder, 'config.json')?.vocab_size;
  const pieces = listed.vocabulary.size;
  if (typeof told === 'number' && pieces < told - paddedPieces)
    throw new ModelFault(`The vocabulary has ${pieces} pieces, config.json says ${told}: it is truncated.`);
  const missing = marks.find((mark) => !listed.vocabulary.has(mark));
  if (missing) throw new ModelFault(`The vocabulary of the model has no ${missing}.`);
  return listed;
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns undefined where there is no such file */
function readJson(folder: string, name: string): Json | undefined {
  if (!existsSync(join(folder, name))) return undefined;
  try {
    const value = JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown;
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ModelFault(`${name} is not JSON, or is truncated.`);
}

function vocabularyOfTokenizer(tokenizer: Json) {
  const [model, normalizer] = [tokenizer.model, tokenizer.normalizer];
  if (!isObject(model) || model.type !== 'WordPiece' || !isObject(model.vocab))
    throw new ModelFault('tokenizer.json has no word pieces (WordPiece): models with other tokenizers are not supported.');
  const pieces = Object.entries(model.vocab).filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1]));
  return { vocabulary: new Map(pieces), isUncased: !isObject(normalizer) || normalizer.lowercase !== false };
}

function vocabularyOfLines(folder: string) {
  if (!existsSync(join(folder, 'vocab.txt'))) throw new ModelFault(`${folder} has neither tokenizer.json nor vocab.txt.`);
  const lines = readFileSync(join(folder, 'vocab.txt'), 'utf8')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
  const isUncased = readJson(folder, 'tokenizer_config.json')?.do_lower_case !== false;
  return { vocabulary: new Map(lines.map((piece, number) => [piece, number])), isUncased };
}

function requireInputs(inputs: readonly TensorShape[]): void {
  const names = inputs.map(({ name }) => name);
  const other = names.find((name) => !knownInputs.has(name));
  if (other !== undefined) throw new ModelFault(`model.onnx asks for the input ${JSON.stringify(other)}, which no text has.`);
  if (!names.includes('input_ids')) throw new ModelFault('model.onnx does not take word pieces (input_ids).');
}

/** The output that is used: a vector of each text, or else a vector of each word piece. */
export function outputOf<Shape extends Pick<TensorShape, 'name'>>(outputs: readonly Shape[]): Shape | undefined {
  const named = (name: string) => outputs.find((output) => output.name === name);
  return named('sentence_embedding') ?? named('last_hidden_state') ?? named('token_embeddings') ?? outputs[0];
}

function dimensionOf(outputs: readonly TensorShape[], pooling: Json | undefined, config: Json | undefined): number {
  const told = [pooling?.word_embedding_dimension, config?.hidden_size].filter((value): value is number => typeof value === 'number');
  const output = outputOf(outputs);
  const shape = output?.dimensions.at(-1) ?? null;
  if (output && output.dimensions.length > 0 && ![2, 3].includes(output.dimensions.length))
    throw new ModelFault(`The output ${JSON.stringify(output.name)} of model.onnx is no vector.`);
  const dimension = shape ?? told[0];
  if (dimension === undefined) throw new ModelFault('Neither model.onnx nor config.json tells how many numbers a vector has.');
  const other = told.find((value) => value !== dimension);
  if (other !== undefined) throw new ModelFault(`model.onnx gives vectors of ${dimension} numbers, its configuration says ${other}.`);
  if (dimension % 4 !== 0 || dimension < 4 || dimension > maxDimension)
    throw new ModelFault(`A vector has ${dimension} numbers: a multiple of 4 up to ${maxDimension} is supported.`);
  return dimension;
}

function poolingOf(folder: string): OnnxOptions['pooling'] {
  const config = readJson(folder, '1_Pooling/config.json') ?? {};
  const modes = Object.keys(config).filter((name) => name.startsWith('pooling_mode_') && config[name] === true);
  if (modes.length === 0 || (modes.length === 1 && modes[0] === 'pooling_mode_mean_tokens')) return 'mean';
  if (modes.length === 1 && modes[0] === 'pooling_mode_cls_token') return 'cls';
  throw new ModelFault(`1_Pooling/config.json asks for ${modes.join(' and ')}: mean and cls are supported.`);
}

function maxTokensOf(folder: string): number {
  const told = readJson(folder, 'sentence_bert_config.json')?.max_seq_length;
  const most = readJson(folder, 'config.json')?.max_position_embeddings;
  const wanted = typeof told === 'number' ? told : maxTokensDefault;
  return Math.max(3, Math.floor(Math.min(wanted, typeof most === 'number' ? most : maxTokensLimit, maxTokensLimit)));
}

async function describeFiles(folder: string, network: string): Promise<ModelFolder['files']> {
  const names = optionalFiles.filter((name) => existsSync(join(folder, name))).map((name) => ({ name, path: join(folder, name) }));
  const files: (ModelFile & { path: string })[] = [];
  for (const { name, path } of [{ name: 'model.onnx', path: network }, ...names]) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    files.push({ name, path, sha256: hash.digest('hex'), sizeBytes: statSync(path).size });
  }
  return files;
}

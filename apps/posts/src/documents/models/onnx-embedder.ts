/**
 * Runs a sentence model with the ONNX runtime of the folder where `npm run enable -- onnx` has installed it: word pieces in, vectors of unit length out.
 *
 * @see Reimers, Gurevych 2019, "Sentence-BERT": the vector of a text is the mean of those of its word pieces
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ModelFault } from './model-fault.ts';
import { networkFile, outputOf, readVocabulary } from './read-model-folder.ts';
import type { Embedder } from './vector-model.ts';
import { wordPieces } from './word-piece.ts';

export type OnnxModel = Extract<Embedder, { kind: 'onnx' }>;

/** What is used of the package `onnxruntime-node`, which is no dependency of this one. */
interface Tensor {
  readonly data: ArrayLike<number>;
  readonly dims: readonly number[];
}
interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  release(): Promise<void>;
}
interface Runtime {
  readonly InferenceSession: { create(path: string, options: object): Promise<Session> };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => Tensor;
}

export interface OpenedModel {
  /** @returns a vector for each text, one after the other */
  embed(texts: readonly string[]): Promise<Float32Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** Texts that run at once. */
const batchTexts = 16;

/** @throws ModelFault, in one sentence, without the runtime; for a model that it cannot load */
export async function openModel(model: OnnxModel): Promise<OpenedModel> {
  const runtime = loadRuntime(model.runtimeFolder);
  const { vocabulary } = readVocabulary(model.folder);
  const session = await openSession(runtime, networkFile(model.folder));
  const words = { ...model.options, vocabulary };
  return {
    embed: async (texts) => {
      const vectors = new Float32Array(texts.length * model.dimension);
      for (let start = 0; start < texts.length; start += batchTexts) {
        const pieces = texts.slice(start, start + batchTexts).map((text) => wordPieces(text, words));
        vectors.set(await runBatch(runtime, session, model, pieces), start * model.dimension);
      }
      return vectors;
    },
    close: () => session.release(),
  };
}

function loadRuntime(folder: string): Runtime {
  if (!existsSync(join(folder, 'node_modules/onnxruntime-node')))
    throw new ModelFault('The ONNX runtime is not installed on this machine: npm run enable -- onnx');
  return createRequire(join(folder, 'package.json'))('onnxruntime-node') as Runtime;
}

async function openSession({ InferenceSession }: Runtime, path: string): Promise<Session> {
  try {
    return await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 });
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new ModelFault(`The ONNX runtime cannot load the model: ${reason.slice(0, 300)}`);
  }
}

async function runBatch(
  { Tensor: NewTensor }: Runtime,
  session: Session,
  model: OnnxModel,
  texts: readonly (readonly number[])[],
): Promise<Float32Array> {
  const length = Math.max(...texts.map((pieces) => pieces.length));
  const filled = (numberOf: (pieces: readonly number[], at: number) => number) => {
    const values = new BigInt64Array(texts.length * length);
    for (const [row, pieces] of texts.entries())
      for (let at = 0; at < length; at++) values[row * length + at] = BigInt(numberOf(pieces, at));
    return new NewTensor('int64', values, [texts.length, length]);
  };
  const inputs: Record<string, () => Tensor> = {
    input_ids: () => filled((pieces, at) => pieces[at] ?? 0),
    attention_mask: () => filled((pieces, at) => (at < pieces.length ? 1 : 0)),
    token_type_ids: () => filled(() => 0),
  };
  const outputs = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, inputs[name]!()])));
  const name = outputOf(session.outputNames.map((each) => ({ name: each })))!.name;
  return pooled(outputs[name]!, model, texts);
}

function pooled({ data, dims }: Tensor, { dimension, options }: OnnxModel, texts: readonly (readonly number[])[]): Float32Array {
  if (dims.at(-1) !== dimension || dims[0] !== texts.length || dims.length < 2 || dims.length > 3)
    throw new ModelFault(`The model gives vectors of ${dims.at(-1)} numbers instead of ${dimension}.`);
  const vectors = new Float32Array(texts.length * dimension);
  const length = dims.length === 3 ? dims[1]! : 1;
  for (const [row, pieces] of texts.entries()) {
    const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
    const counted = dims.length === 2 || options.pooling === 'cls' ? 1 : pieces.length;
    for (let piece = 0; piece < counted; piece++)
      for (let at = 0; at < dimension; at++) vector[at]! += data[(row * length + piece) * dimension + at]!;
    const norm = Math.hypot(...vector) || 1;
    if (!Number.isFinite(norm)) throw new ModelFault('The model gives no finite numbers.');
    for (let at = 0; at < dimension; at++) vector[at]! /= norm;
  }
  return vectors;
}

/** Embeds texts with any model, in the thread that runs this. A model is loaded with its first text, and let go when it has not been used for a while. */
import { Failure } from '#contracts/plain';
import { embedText } from '../../analysis/embed-text.ts';
import { ModelFault } from './model-fault.ts';
import { type OnnxModel, type OpenedModel, openModel } from './onnx-embedder.ts';
import { builtInModel, type Embedder } from './vector-model.ts';

const idleMs = 10 * 60_000;
/** Of this thread: the model that is used, and one that is being replaced. */
const maxOpen = 2;

interface Kept {
  readonly opened: Promise<OpenedModel>;
  timer: NodeJS.Timeout | undefined;
}
/** By folder; the one used last stands at the end. */
const kept = new Map<string, Kept>();

/** @returns a vector of unit length for each text, one after the other @throws Failure `service-unavailable` where the model cannot run here */
export async function embedTexts(embedder: Embedder, texts: readonly string[]): Promise<Float32Array<ArrayBuffer>> {
  if (embedder.kind === 'onnx') return embedWith(embedder, texts);
  const vectors = new Float32Array(texts.length * builtInModel.dimension);
  for (const [at, text] of texts.entries()) vectors.set(embedText(text), at * builtInModel.dimension);
  return vectors;
}

async function embedWith(model: OnnxModel, texts: readonly string[]): Promise<Float32Array<ArrayBuffer>> {
  const use = kept.get(model.folder) ?? { opened: openModel(model), timer: undefined };
  clearTimeout(use.timer);
  kept.delete(model.folder);
  kept.set(model.folder, use);
  if (kept.size > maxOpen) drop(kept.keys().next().value!);
  try {
    return await (await use.opened).embed(texts);
  } catch (error) {
    drop(model.folder);
    if (error instanceof ModelFault) throw new Failure('service-unavailable', error.message, { cause: error, retryAfterSeconds: 60 });
    throw error;
  } finally {
    if (kept.get(model.folder) === use) use.timer = setTimeout(() => drop(model.folder), idleMs).unref();
  }
}

function drop(folder: string): void {
  const use = kept.get(folder);
  clearTimeout(use?.timer);
  kept.delete(folder);
  use?.opened.then((model) => model.close()).catch(() => undefined); // it has not been opened
}

/** A sentence model of a few hundred bytes, as files of its folder: each word piece has a vector of its own, and a text the mean of those of its pieces. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
};
const number = (field: number, value: number): Buffer => Buffer.concat([varint(8 * field), varint(value)]);
const part = (field: number, ...content: (Buffer | string)[]): Buffer => {
  const bytes = Buffer.concat(content.map((each) => Buffer.from(each as string)));
  return Buffer.concat([varint(8 * field + 2), varint(bytes.length), bytes]);
};

const [float32, int64] = [1, 7];

/** ValueInfoProto of a tensor; a text is a dimension with a name. */
const tensor = (name: string, type: number, dimensions: readonly (number | string)[]): Buffer[] => [
  part(1, name),
  part(
    2,
    part(1, number(1, type), part(2, ...dimensions.map((each) => part(1, typeof each === 'string' ? part(2, each) : number(1, each))))),
  ),
];

/**
 * The network: one `Gather` from the table of the vectors.
 *
 * @param vectors of the word pieces, in their order
 * @see ONNX, `onnx.proto`: ModelProto, GraphProto, NodeProto, TensorProto
 */
export function onnxOf(vectors: readonly (readonly number[])[]): Buffer {
  const dimension = vectors[0]!.length;
  const gather = part(1, part(1, 'table'), part(1, 'input_ids'), part(2, 'last_hidden_state'), part(4, 'Gather'));
  const table = part(5, number(1, vectors.length), number(1, dimension), number(2, float32), part(8, 'table'), part(9, floatsOf(vectors)));
  const inputs = ['input_ids', 'attention_mask'].map((name) => part(11, ...tensor(name, int64, ['batch', 'sequence'])));
  const output = part(12, ...tensor('last_hidden_state', float32, ['batch', 'sequence', dimension]));
  const graph = part(7, gather, part(2, 'tiny'), table, ...inputs, output);
  return Buffer.concat([number(1, 8), graph, part(8, number(2, 13))]); // IR 8, operators 13
}

const floatsOf = (vectors: readonly (readonly number[])[]): Buffer => Buffer.from(Float32Array.from(vectors.flat()).buffer);

const marks = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];

/** Files by name. @param words with the vector of each, all of the same length, a multiple of 4 */
export function tinyModel(words: Readonly<Record<string, readonly number[]>>): Record<string, Buffer | string> {
  const vectors = Object.values(words);
  const zero = vectors[0]!.map(() => 0);
  return {
    'model.onnx': onnxOf([...marks.map(() => zero), ...vectors]),
    'vocab.txt': `${[...marks, ...Object.keys(words)].join('\n')}\n`,
    'config.json': JSON.stringify({ hidden_size: zero.length, max_position_embeddings: 64 }),
  };
}

export function writeModel(folder: string, files: Readonly<Record<string, Buffer | string>>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

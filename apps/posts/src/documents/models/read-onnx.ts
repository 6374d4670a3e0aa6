/**
 * Reads what a file of ONNX says about its inputs and outputs, without running it. The file is walked from field to field, so that weights are skipped.
 *
 * @see ONNX, "Open Neural Network Exchange Intermediate Representation": `onnx.proto`, messages ModelProto, GraphProto, ValueInfoProto, TypeProto
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ModelFault } from './model-fault.ts';

export interface TensorShape {
  readonly name: string;
  /** Null for a dimension that is given when the model runs. */
  readonly dimensions: readonly (number | null)[];
}

export interface OnnxGraph {
  readonly inputs: readonly TensorShape[];
  readonly outputs: readonly TensorShape[];
}

interface Field {
  readonly number: number;
  /** Of a field with a length, where it begins and ends in the file; else both 0. */
  readonly start: number;
  readonly end: number;
  /** Of a number. */
  readonly value: number;
}

const graphField = 7;
const [inputField, outputField] = [11, 12];
/** Longer descriptions of one tensor do not exist. */
const maxDescriptionBytes = 65_536;

/** @throws ModelFault for a file that is not ONNX, or ends before it is complete */
export function readOnnx(path: string): OnnxGraph {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const graph = fieldsOf(fileReader(file), 0, size).filter(({ number, end }) => number === graphField && end > 0);
    if (graph.length !== 1) throw new ModelFault('model.onnx is not a file of ONNX.');
    const fields = fieldsOf(fileReader(file), graph[0]!.start, graph[0]!.end);
    const tensors = (wanted: number) =>
      fields.filter(({ number }) => number === wanted).map(({ start, end }) => tensorOf(bytesOf(file, start, end)));
    return { inputs: tensors(inputField), outputs: tensors(outputField) };
  } finally {
    closeSync(file);
  }
}

function bytesOf(file: number, start: number, end: number): Buffer {
  const bytes = Buffer.alloc(Math.min(end - start, maxDescriptionBytes));
  readSync(file, bytes, 0, bytes.length, start);
  return bytes;
}

/** A byte of the file; NaN behind its end. */
type ByteAt = (at: number) => number;

/** Reads small pieces: fields stand far apart where weights are between them. */
function fileReader(file: number): ByteAt {
  const piece = Buffer.alloc(64);
  let [from, length] = [0, 0];
  return (at) => {
    if (at < from || at >= from + length) [from, length] = [at, readSync(file, piece, 0, piece.length, at)];
    return at < from + length ? piece[at - from]! : Number.NaN;
  };
}

/** The fields of a message. @throws ModelFault when one reaches behind the end */
function fieldsOf(byteAt: ByteAt, start: number, end: number): Field[] {
  const fields: Field[] = [];
  let at = start;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = byteAt(at++);
      if (Number.isNaN(byte) || at > end) throw truncated();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new ModelFault('model.onnx is not a file of ONNX.');
  };
  while (at < end) {
    const tag = varint();
    const [number, kind] = [Math.floor(tag / 8), tag % 8];
    if (kind === 0) fields.push({ number, start: 0, end: 0, value: varint() });
    else if (kind === 2) {
      const length = varint();
      fields.push({ number, start: at, end: at + length, value: 0 });
      at += length;
    } else if (kind === 1 || kind === 5) at += kind === 1 ? 8 : 4;
    else throw new ModelFault('model.onnx is not a file of ONNX.');
    if (at > end) throw truncated();
  }
  return fields;
}

const truncated = () => new ModelFault('model.onnx is truncated.');

/** ValueInfoProto: name 1, type 2 with tensor_type 1, its shape 2 with dim 1, its dim_value 1. */
function tensorOf(bytes: Buffer): TensorShape {
  const message = (part: Buffer) => fieldsOf((at) => part[at] ?? Number.NaN, 0, part.length);
  const inside = (part: Buffer | undefined, wanted: number): Buffer[] =>
    part === undefined
      ? []
      : message(part)
          .filter(({ number, end }) => number === wanted && end > 0)
          .map(({ start, end }) => part.subarray(start, end));
  const shape = inside(inside(inside(bytes, 2)[0], 1)[0], 2)[0];
  const dimensions = inside(shape, 1).map((each) => message(each).find(({ number, end }) => number === 1 && end === 0)?.value ?? null);
  return { name: inside(bytes, 1)[0]?.toString('utf8') ?? '', dimensions };
}

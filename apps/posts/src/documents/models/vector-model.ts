/** Models of vectors: what is known of each, and how a thread runs it. Vectors of two models, or of two versions of one, are never compared. */
import { dimension, embeddingModel } from '../../analysis/embed-text.ts';

export interface ModelFile {
  /** In the folder of the model, e.g. `1_Pooling/config.json`. */
  readonly name: string;
  /** In the blob store. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** How the texts of a model are cut into word pieces and its vectors are made. */
export interface OnnxOptions {
  /** Word pieces of a text at most, with the two marks around it. */
  readonly maxTokens: number;
  readonly pooling: 'mean' | 'cls';
  /** Lower case, without accents. */
  readonly isUncased: boolean;
}

export interface VectorModel {
  /** `name@version`. */
  readonly id: string;
  readonly dimension: number;
  /** None for the model that is built in. */
  readonly files: readonly ModelFile[];
  /** Null for the model that is built in. */
  readonly options: OnnxOptions | null;
}

export const builtInModel: VectorModel = { id: embeddingModel, dimension, files: [], options: null };

/** A vector is a row that fits into a page of PostgreSQL; numbers are added up four at a time. */
export const maxDimension = 3_072;

/** What a thread needs to run a model. */
export type Embedder =
  | { readonly kind: 'built-in' }
  | {
      readonly kind: 'onnx';
      readonly modelId: string;
      /** With the files of the model. */
      readonly folder: string;
      /** Where `npm run enable -- onnx` has installed the runtime. */
      readonly runtimeFolder: string;
      readonly dimension: number;
      readonly options: OnnxOptions;
    };

/** Vectors of texts by one model. */
export interface EmbeddedTexts {
  readonly model: VectorModel;
  /** SHA-256 of each normalised text, in hex. */
  readonly hashes: readonly string[];
  /** A vector of 16-bit numbers for each hash, one after the other. */
  readonly vectors: Uint8Array;
}

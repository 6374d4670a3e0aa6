/** The OpenAPI document as the suites read it: its operations, and what its references stand for. */
import type { Schema } from './from-schema.ts';

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly schema: Schema;
}

export interface Operation {
  readonly operationId: string;
  /** In capitals. */
  readonly method: string;
  /** As in the document: `/v1/tracks/{trackId}`. */
  readonly path: string;
  readonly auth: string;
  readonly parameters: readonly Parameter[];
  readonly contentType?: string;
  readonly bodySchema?: Schema;
  readonly example?: unknown;
  readonly statuses: readonly string[];
}

export interface ApiDocument {
  readonly operations: readonly Operation[];
  /** Resolves a `$ref`. */
  readonly find: (reference: string) => Schema;
}

interface WrittenOperation {
  readonly operationId: string;
  readonly 'x-rafaga-edge': { readonly auth: string };
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

type Written = { readonly paths: Readonly<Record<string, Readonly<Record<string, WrittenOperation>>>> };

// biome-ignore lint/suspicious/noExplicitAny: a document is looked into at arbitrary depth
export function readDocument(document: any): ApiDocument {
  const find = (reference: string): Schema =>
    reference
      .slice(2)
      .split('/')
      .reduce((node, key) => node[key], document);
  const operations = Object.entries((document as Written).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, written]) => operationOf(method, path, written)),
  );
  return { operations, find };
}

function operationOf(method: string, path: string, written: WrittenOperation): Operation {
  const [contentType, media] = Object.entries(written.requestBody?.content ?? {})[0] ?? [];
  return {
    operationId: written.operationId,
    method: method.toUpperCase(),
    path,
    auth: written['x-rafaga-edge'].auth,
    parameters: written.parameters ?? [],
    statuses: Object.keys(written.responses),
    ...(contentType ? { contentType } : {}),
    ...(media?.schema ? { bodySchema: media.schema } : {}),
    ...(media?.example === undefined ? {} : { example: media.example }),
  };
}

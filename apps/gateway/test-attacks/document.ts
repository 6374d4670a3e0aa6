/** Parses the OpenAPI document: its operations and references. */
import { withoutReferences } from '../src/docs/share-components.ts';
import type { Schema } from './from-schema.ts';

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Operation {
  readonly operationId: string;
  /** Upper case. */
  readonly method: string;
  /** As in the document: `/v1/tracks/{trackId}`. */
  readonly path: string;
  readonly auth: string;
  readonly parameters: readonly Parameter[];
  readonly contentType?: string;
  readonly bodySchema?: Schema;
  readonly example?: unknown;
  readonly statuses: readonly string[];
  /** Answers with events that do not end. */
  readonly isStream: boolean;
}

export interface ApiDocument {
  readonly operations: readonly Operation[];
  /** Resolves a `$ref`. */
  readonly find: (reference: string) => Schema;
}

interface DocumentOperation {
  readonly operationId: string;
  readonly 'x-rafaga-edge': { readonly auth: string };
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>> };
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

type DocumentPaths = { readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>> };

// biome-ignore lint/suspicious/noExplicitAny: a document is read at arbitrary depth
export function readDocument(document: any): ApiDocument {
  const find = (reference: string): Schema =>
    reference
      .slice(2)
      .split('/')
      .reduce((node, key) => node[key], document);
  const operations = Object.entries((withoutReferences(document, ['parameters']) as DocumentPaths).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, source]) => operationOf(method, path, source)),
  );
  return { operations, find };
}

function operationOf(method: string, path: string, source: DocumentOperation): Operation {
  const [contentType, media] = Object.entries(source.requestBody?.content ?? {})[0] ?? [];
  return {
    operationId: source.operationId,
    method: method.toUpperCase(),
    path,
    auth: source['x-rafaga-edge'].auth,
    parameters: source.parameters ?? [],
    statuses: Object.keys(source.responses),
    isStream: 'text/event-stream' in (source.responses[200]?.content ?? {}),
    ...(contentType ? { contentType } : {}),
    ...(media?.schema ? { bodySchema: media.schema } : {}),
    ...(media?.example === undefined ? {} : { example: media.example }),
  };
}

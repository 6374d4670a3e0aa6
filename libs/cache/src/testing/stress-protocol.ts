/** Messages between a process under test and its parent. */

export interface Ask {
  readonly kind: 'ask';
  readonly id: number;
  readonly ask: 'read' | 'write';
  readonly key: string;
}

export interface Observation {
  readonly did: 'read' | 'write';
  readonly key: string;
  readonly version: number;
  /** When a read began, or when a write and its invalidation were done. */
  readonly atMs: number;
}

export type WorkerMessage =
  | { readonly kind: 'cold'; readonly hits: number }
  | Ask
  | { readonly kind: 'saw'; readonly observation: Observation }
  | { readonly kind: 'unhandled'; readonly reason: string }
  | { readonly kind: 'done' };

export type WorkerCommand =
  | { readonly kind: 'stress'; readonly steps: number; readonly keys: number }
  | { readonly kind: 'rush'; readonly key: string; readonly times: number }
  | { readonly kind: 'readAll'; readonly keys: number }
  | { readonly kind: 'stop' };

/** What a publisher is: one interface for networks and addresses, and every outcome that a call there can have. */
import type { PublisherName } from '#contracts';

/** What a call needs to act for a connected account. */
export interface Access {
  /** Who publishes: `urn:li:person:…`, or the address that posts are sent to. */
  readonly author: string;
  /** An access token, or the secret that signs. */
  readonly secret: string;
  /** Template with `{id}`; null where nothing can be read back. */
  readonly readBackUrl: string | null;
}

export interface OutgoingFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Its bytes, read while they are sent: a file is never held in memory as a whole. May be called more than once. @throws Failure `file-lost` */
  open(): AsyncIterable<Uint8Array>;
}

export interface OutgoingPost {
  /** Of the publication: the same for every attempt. */
  readonly id: string;
  readonly text: string;
  readonly files: readonly OutgoingFile[];
}

/** Why a call did not do what it was to do. */
export type Refusal =
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number | undefined; readonly detail: string }
  /** The access token has expired: refresh it and call again. */
  | { readonly kind: 'token-expired'; readonly detail: string }
  | { readonly kind: 'revoked'; readonly detail: string }
  | { readonly kind: 'version-expired'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string }
  /** @property mayHaveActed the request may have reached the provider */
  | { readonly kind: 'unreachable'; readonly mayHaveActed: boolean; readonly detail: string };

export type Sent =
  | Refusal
  /** @property providerId null where the provider names none */
  | { readonly kind: 'taken'; readonly providerId: string | null; readonly url: string | null }
  /** @property providerId of the post that it is a duplicate of, where the provider tells */
  | { readonly kind: 'duplicate'; readonly providerId: string | null; readonly detail: string };

export type ReadBack =
  | Refusal
  | { readonly kind: 'found'; readonly text: string; readonly url: string | null }
  | { readonly kind: 'missing' }
  /** The account may not read, or there is nothing to read from. */
  | { readonly kind: 'unreadable'; readonly detail: string };

/** Whether an earlier attempt of the same publication has arrived. `unknown`: the publisher tells duplicates apart by itself. */
export type Earlier =
  | Refusal
  | { readonly kind: 'found'; readonly providerId: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

export interface Publisher {
  readonly name: PublisherName;
  readonly title: string;
  readonly connectBy: 'authorization' | 'address';
  readonly textMaxUnits: number;
  readonly attachmentsMax: number;
  readonly isConfigured: boolean;
  /** Why a post with these files is not shown by it; undefined where it is. */
  faultOfFiles(files: readonly Pick<OutgoingFile, 'contentType'>[]): string | undefined;
  send(access: Access, post: OutgoingPost, signal: AbortSignal): Promise<Sent>;
  readBack(access: Access, providerId: string, signal: AbortSignal): Promise<ReadBack>;
  findEarlier(access: Access, post: OutgoingPost, signal: AbortSignal): Promise<Earlier>;
  /** Whether what was read back is what was sent. */
  isSameText(sent: string, found: string): boolean;
}

/** Tokens that a provider grants. Times are in ms since 1970; null: not told. */
export interface Grant {
  readonly accessToken: string;
  readonly accessUntilMs: number;
  readonly refreshToken: string | null;
  readonly refreshUntilMs: number | null;
  readonly scopes: readonly string[];
}

export interface Author {
  readonly kind: 'person' | 'organisation';
  readonly id: string;
  readonly title: string;
}

/** A provider whose users permit access by OAuth 2 with PKCE. */
export interface Authorizer {
  authorizationUrl(request: { readonly state: string; readonly challenge: string; readonly author: Author['kind'] }): string;
  exchange(code: string, verifier: string, signal: AbortSignal): Promise<Grant | Refusal>;
  refresh(grant: Grant, signal: AbortSignal): Promise<Grant | Refusal>;
  authorsOf(accessToken: string, author: Author['kind'], signal: AbortSignal): Promise<Author[] | Refusal>;
}

export const isRefusal = (value: object): value is Refusal => 'kind' in value && 'detail' in value && refusals.has(value.kind);
const refusals: ReadonlySet<unknown> = new Set(['rate-limited', 'token-expired', 'revoked', 'version-expired', 'refused', 'unreachable']);

/** The refusal of a call that publishes nothing, also where it failed without an answer. */
export const withoutEffect = (refusal: Refusal): Refusal =>
  refusal.kind === 'unreachable' ? { ...refusal, mayHaveActed: false } : refusal;

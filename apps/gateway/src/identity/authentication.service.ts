import { Injectable } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type CallContext, Failure, type Scope } from '#contracts';
import { failureOfError } from '../http/failure-of-error.ts';
import type { Gate } from '../http/serve-endpoints.ts';
import type { AccessClaims } from './access-token.ts';
import { ApiKeys } from './api-keys.service.ts';
import { ClaimsCache } from './claims-cache.ts';
import { EndedSessions } from './ended-sessions.ts';

/** Caller attributes that are not in the call context. */
interface Caller {
  /** Set for access tokens. */
  readonly sid?: string;
  /** Set for API keys; access tokens have roles instead of scopes. */
  readonly scopes?: readonly Scope[];
  readonly apiKeyId?: string;
}

const ownCaller = Symbol('caller');

declare module 'fastify' {
  interface FastifyRequest {
    [ownCaller]: Caller | undefined;
  }
}

/** Call before any route is added. */
export const decorateWithCaller = (fastify: FastifyInstance): unknown => fastify.decorateRequest(ownCaller, undefined);

const faults = new WeakMap<FastifyRequest, Failure>();

/** Why authentication failed; undefined when it succeeded. */
export const authFaultOf = (request: FastifyRequest): Failure | undefined => faults.get(request);

/** The session of an access token; undefined for an API key. */
export const sessionOf = (request: FastifyRequest): string | undefined => request[ownCaller]?.sid;

/** Scopes of an API key; undefined for an access token. */
export const scopesOf = (request: FastifyRequest): readonly Scope[] | undefined => request[ownCaller]?.scopes;

/** The caller's API key; undefined for an access token. */
export const apiKeyIdOf = (request: FastifyRequest): string | undefined => request[ownCaller]?.apiKeyId;

/** Longer than any issued token; longer ones are rejected without checking the signature. */
const maxTokenLength = 4_096;
const bearerShape = /^Bearer +[\w-]+\.[\w-]+\.[\w-]+$/i;
const bearerKey = /^Bearer +(rfg_.*)$/i;

/**
 * Authenticates the caller but rejects no request. `authorize` rejects it after `Limits` has counted it, so that token guessing is
 * rate limited. Passport verifies a token once; then its claims are cached by the whole header until it expires.
 */
@Injectable()
export class AuthenticationService extends AuthGuard('jwt') {
  private readonly cache = new ClaimsCache();

  constructor(
    private readonly ended: EndedSessions,
    private readonly apiKeys: ApiKeys,
  ) {
    super();
  }

  readonly gate: Gate = ({ auth }) => {
    if (auth === 'open') return undefined;
    return (request, reply, call) => {
      const { authorization } = request.headers;
      const known = authorization && !request.headers['x-api-key'] && this.cache.get(authorization, request.raw.socket);
      if (known && !this.ended.has(known.sid)) return identify(request, call, known);
      return this.find(request, reply, call);
    };
  };

  private async find(request: FastifyRequest, reply: FastifyReply, call: CallContext): Promise<void> {
    try {
      const key = apiKeyOf(request);
      await (key === undefined ? this.verify(request, reply, call) : this.open(key, request, call));
    } catch (error) {
      faults.set(request, failureOfError(error));
    }
  }

  private async verify(request: FastifyRequest, reply: FastifyReply, call: CallContext): Promise<void> {
    const authorization = bearerOf(request.headers.authorization);
    await super.canActivate(new ExecutionContextHost([request, reply]));
    const { user } = request as FastifyRequest & { user: AccessClaims };
    await this.ended.known();
    if (this.ended.has(user.sid)) throw new Failure('unauthenticated', 'The session of this access token has ended.');
    this.cache.set(authorization, user);
    identify(request, call, user);
  }

  private async open(key: string, request: FastifyRequest, call: CallContext): Promise<void> {
    const { id: apiKeyId, ownerId, scopes } = await this.apiKeys.holderOf(key);
    call.subject = ownerId;
    call.roles = ['user']; // API keys never have the operator role
    request[ownCaller] = { scopes, apiKeyId };
  }

  /** Called by passport's guard with the result of the strategy. */
  override handleRequest<User>(error: unknown, user: User | false, info: unknown): User {
    if (user) return user;
    const why = error ?? info;
    if (why instanceof Failure) throw why;
    const expired = why instanceof Error && why.name === 'TokenExpiredError';
    throw new Failure('unauthenticated', expired ? 'The access token has expired.' : 'The access token is not valid.', { cause: why });
  }
}

function identify(request: FastifyRequest, call: CallContext, claims: AccessClaims): void {
  call.subject = claims.sub;
  call.roles = claims.roles;
  request[ownCaller] = claims;
}

/** @throws Failure unauthenticated when both headers are present: they could identify different callers */
function apiKeyOf({ headers }: FastifyRequest): string | undefined {
  const alone = headers['x-api-key'];
  if (alone !== undefined && headers.authorization) throw new Failure('unauthenticated', 'Send X-Api-Key or Authorization, not both.');
  return alone === undefined ? bearerKey.exec(headers.authorization ?? '')?.[1] : String(alone);
}

/** @returns the header. @throws Failure unauthenticated without a well-formed bearer token */
function bearerOf(authorization: string | undefined): string {
  if (!authorization) throw new Failure('unauthenticated', 'An access token is required: Authorization: Bearer ….');
  if (authorization.length <= maxTokenLength && bearerShape.test(authorization)) return authorization;
  throw new Failure('unauthenticated', 'The Authorization header does not contain a bearer token.');
}

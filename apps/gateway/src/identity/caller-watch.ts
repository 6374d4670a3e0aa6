import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { apiKeyIdOf, sessionOf } from './authentication.service.ts';
import { EndedSessions } from './ended-sessions.ts';
import { RevokedApiKeys } from './revoked-api-keys.ts';

/** Tells long answers when what let their caller in ends: the session of an access token, or an API key. */
@Injectable()
export class CallerWatch {
  constructor(
    private readonly sessions: EndedSessions,
    private readonly apiKeys: RevokedApiKeys,
  ) {}

  /**
   * @param ended is called once; at once when it has ended already
   * @returns stops watching
   */
  onEnd(request: FastifyRequest, ended: () => void): () => void {
    const sessionId = sessionOf(request);
    if (sessionId) return this.sessions.watch(sessionId, ended);
    const apiKeyId = apiKeyIdOf(request);
    return apiKeyId ? this.apiKeys.watch(apiKeyId, ended) : () => undefined;
  }
}

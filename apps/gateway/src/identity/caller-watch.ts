import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { apiKeyIdOf, sessionOf } from './authentication.service.ts';
import { EndedSessions } from './ended-sessions.ts';
import { RevokedApiKeys } from './revoked-api-keys.ts';

/** Notifies long-running responses when the session or API key of their caller ends. */
@Injectable()
export class CallerWatch {
  constructor(
    private readonly sessions: EndedSessions,
    private readonly apiKeys: RevokedApiKeys,
  ) {}

  /**
   * @param ended called once; immediately when it has already ended
   * @returns stops watching
   */
  onEnd(request: FastifyRequest, ended: () => void): () => void {
    const sessionId = sessionOf(request);
    if (sessionId) return this.sessions.watch(sessionId, ended);
    const apiKeyId = apiKeyIdOf(request);
    return apiKeyId ? this.apiKeys.watch(apiKeyId, ended) : () => undefined;
  }
}

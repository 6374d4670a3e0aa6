/** What a streamed body held, as a text that is equal for equal contents: noted by whoever reads the body, asked for by the idempotency keys. */
import type { FastifyRequest } from 'fastify';

const noted = new WeakMap<FastifyRequest['raw'], string>();

export const noteContent = ({ raw }: FastifyRequest, content: string): void => void noted.set(raw, content);

/** Undefined until the body was read whole. */
export const notedContent = ({ raw }: FastifyRequest): string | undefined => noted.get(raw);

/** A body that no parser has read: JSON is in `request.body`. */
export const hasStreamedBody = ({ body, headers }: FastifyRequest): boolean =>
  (body === undefined || body === null) && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);

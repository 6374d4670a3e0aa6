import type { FastifyReply } from 'fastify';

/** Adds a request header that the answer depends on to `Vary` (RFC 9110 §12.5.5); what is there stays. */
export function addVary(reply: FastifyReply, name: string): void {
  const known = String(reply.getHeader('vary') ?? '');
  const names = known.split(',').map((each) => each.trim().toLowerCase());
  if (names.includes(name.toLowerCase()) || names.includes('*')) return;
  reply.header('vary', known ? `${known}, ${name}` : name);
}

/** Probes repeat the id that the process was started with, so that whoever started it does not believe another program on the same port. */
import type { FastifyInstance, onSendAsyncHookHandler } from 'fastify';

export function addStartId(fastify: FastifyInstance, startId: string | undefined): void {
  if (startId === undefined) return;
  const addHeader: onSendAsyncHookHandler = async (_request, reply) => {
    reply.header('x-start-id', startId);
  };
  fastify.addHook('onRoute', (route) => {
    if (route.url.startsWith('/health/')) route.onSend = [addHeader, route.onSend ?? []].flat();
  });
}

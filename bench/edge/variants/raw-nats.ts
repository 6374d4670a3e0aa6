/** Fastify with a bare NATS subscriber, one request per message: the cost of a hop without validation. */
import { connect } from '@nats-io/transport-node';
import { fastify } from 'fastify';
import { body, reportReady } from './variant.ts';

const servers = process.env.NATS_URL as string;
if (process.argv[2] === 'service') {
  const nats = await connect({ servers });
  nats.subscribe('bench.track.get', { queue: 'bench', callback: (_, message) => void message.respond(JSON.stringify(body)) });
  reportReady('nats:', () => nats.drain());
} else {
  const nats = await connect({ servers, noAsyncTraces: true });
  const app = fastify();
  app.get<{ Params: { id: string } }>('/v1/tracks/:id', async (request, reply) => {
    const answer = await nats.request('bench.track.get', JSON.stringify({ id: request.params.id }), { timeout: 5_000 });
    return reply.type('application/json').send(JSON.stringify(answer.json()));
  });
  reportReady(await app.listen({ port: 0, host: '127.0.0.1' }), () => app.close());
}

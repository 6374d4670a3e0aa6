/** The limit: Fastify answering the same body with a response schema, and nothing else. */
import { fastify } from 'fastify';
import { body, bodySchema } from './body.ts';
import { sayReady } from './say-ready.ts';

const app = fastify();
app.get('/v1/tracks/:id', { schema: { response: { 200: bodySchema } } }, async () => body);
sayReady(await app.listen({ port: 0, host: '127.0.0.1' }), () => app.close());

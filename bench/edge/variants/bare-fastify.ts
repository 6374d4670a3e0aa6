/** Upper bound: Fastify returns the same body with a response schema. */
import { fastify } from 'fastify';
import { body, bodySchema, reportReady } from './variant.ts';

const app = fastify();
app.get('/v1/tracks/:id', { schema: { response: { 200: bodySchema } } }, async () => body);
reportReady(await app.listen({ port: 0, host: '127.0.0.1' }), () => app.close());

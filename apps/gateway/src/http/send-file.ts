/** Streams as answers. */
import { Readable } from 'node:stream';
import type { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** A HEAD gets the headers alone; whoever hangs up, also one whose answer waits behind others on its connection, lets the stream go. */
export function sendFile(reply: FastifyReply, file: StreamableFile): FastifyReply {
  const stream = file.getStream();
  if (reply.request.method === 'HEAD') {
    stream.destroy();
    return reply.send(Readable.from([]));
  }
  const letGo = () => stream.destroy();
  reply.raw.once('close', letGo);
  reply.request.raw.socket.once('close', letGo);
  stream.once('close', () => {
    reply.raw.off('close', letGo);
    reply.request.raw.socket.off('close', letGo);
  });
  return reply.send(stream);
}

/** What any Nest service with NATS is at least: an HTTP server with a probe and a subscriber, after the documentation. Plain JavaScript, as services run built. */
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Transport } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';

class Answering {
  live() {
    return { status: 'ok' };
  }
  get() {
    return {};
  }
}
const decorate = (key, decorator) => decorator(Answering.prototype, key, Object.getOwnPropertyDescriptor(Answering.prototype, key));
Controller()(Answering);
decorate('live', Get('health/live'));
decorate('get', MessagePattern('bare.thing.get'));
class Service {}
Module({ controllers: [Answering] })(Service);

const app = await NestFactory.create(Service, new FastifyAdapter(), { logger: false });
app.connectMicroservice({ transport: Transport.NATS, options: { servers: [process.env.NATS_URL], queue: 'bare' } });
await app.startAllMicroservices();
await app.listen(0, '127.0.0.1');
process.stdout.write('ready\n');
process.once('SIGTERM', () => app.close().finally(() => process.exit(0)));

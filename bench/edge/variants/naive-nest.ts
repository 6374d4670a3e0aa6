/**
 * An implementation after the documentation of NestJS: a controller with passport-jwt, class-validator and the throttler on Redis, which calls a Nest
 * microservice through ClientProxy. Decorators are called as functions, because Node runs this file without compilation.
 */
import 'reflect-metadata';
import { Controller, Get, Injectable, Module, Param, UseGuards, ValidationPipe } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ClientProxy, ClientsModule, MessagePattern, Transport } from '@nestjs/microservices';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ThrottlerGuard, ThrottlerModule, type ThrottlerStorage } from '@nestjs/throttler';
import { IsUUID } from 'class-validator';
import { Redis } from 'ioredis';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { firstValueFrom } from 'rxjs';
import { body, reportReady } from './variant.ts';

const nats = { transport: Transport.NATS as const, options: { servers: [process.env.NATS_URL as string], queue: 'naive' } };

class TrackParams {
  id!: string;
}
IsUUID()(TrackParams.prototype, 'id');

class Answering {
  get(_: TrackParams) {
    return body;
  }
}
Controller()(Answering);
decorate(Answering, 'get', MessagePattern('naive.track.get'));

class Asking {
  readonly client: ClientProxy;
  constructor(client: ClientProxy) {
    this.client = client;
  }
  get(params: TrackParams) {
    return firstValueFrom(this.client.send('naive.track.get', params));
  }
}
Controller('v1/tracks')(Asking);
Reflect.defineMetadata('self:paramtypes', [{ index: 0, param: 'CLIENT' }], Asking);
Reflect.defineMetadata('design:paramtypes', [TrackParams], Asking.prototype, 'get');
Param()(Asking.prototype, 'get', 0);
decorate(Asking, 'get', Get(':id'), UseGuards(AuthGuard('jwt')));

class Jwt extends PassportStrategy(Strategy) {
  constructor() {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: Buffer.from(process.env.BENCH_PUBLIC_KEY as string, 'base64').toString(),
      algorithms: ['RS256'],
      ignoreExpiration: false,
    });
  }
  validate(payload: unknown) {
    return payload;
  }
}
Injectable()(Jwt);

const count = `local n = redis.call('INCR', KEYS[1]); if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end; return {n, redis.call('PTTL', KEYS[1])}`;
const redisStorage = (redis: Redis): ThrottlerStorage => ({
  async increment(key, ttl) {
    const [totalHits, leftMs] = (await redis.eval(count, 1, key, ttl)) as [number, number];
    return { totalHits, timeToExpire: Math.ceil(leftMs / 1_000), isBlocked: false, timeToBlockExpire: 0 };
  },
});

function decorate(target: { prototype: object }, key: string, ...decorators: MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, key) as PropertyDescriptor;
  for (const each of decorators) each(target.prototype, key, descriptor);
}

class Service {}
Module({ controllers: [Answering] })(Service);

if (process.argv[2] === 'service') {
  const app = await NestFactory.createMicroservice(Service, { ...nats, logger: false });
  await app.listen();
  reportReady('nats:', () => app.close());
} else {
  const redis = new Redis(process.env.REDIS_URL as string);
  class Gateway {}
  Module({
    imports: [
      PassportModule,
      ClientsModule.register([{ name: 'CLIENT', ...nats }]),
      ThrottlerModule.forRoot({ throttlers: [{ ttl: 60_000, limit: 100_000_000 }], storage: redisStorage(redis) }),
    ],
    controllers: [Asking],
    providers: [Jwt, { provide: APP_GUARD, useClass: ThrottlerGuard }],
  })(Gateway);
  const app = await NestFactory.create<NestFastifyApplication>(Gateway, new FastifyAdapter(), { logger: false });
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }));
  await app.listen(0, '127.0.0.1');
  reportReady(await app.getUrl(), () => app.close());
}

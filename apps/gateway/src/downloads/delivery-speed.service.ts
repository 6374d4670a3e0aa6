import { Inject, Injectable, StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { REDIS } from '#platform';
import type { RedisConnection } from '#storage';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { metered } from './delivery-meter.ts';

/** Older samples say little of a network that moves. */
const keptSeconds = 3_600;
/** What a new sample counts in the moving average. */
const share = 0.4;

/** As much as a request may say. */
const mostKbps = 10_000_000;

/** One round trip and atomic. KEYS[1] the average; ARGV sample, share, seconds. */
const averageScript = `
local old, sample, share = tonumber(redis.call('GET', KEYS[1]) or ''), tonumber(ARGV[1]), tonumber(ARGV[2])
local average = old and (old * (1 - share) + sample * share) or sample
redis.call('SET', KEYS[1], string.format('%.1f', average), 'EX', ARGV[3])
`;

@Injectable() // keeps how fast files reach an owner's network: a moving average of an hour, for all copies of the gateway
export class DeliverySpeed {
  constructor(
    @Inject(REDIS) private readonly redis: RedisConnection,
    private readonly addresses: ClientAddresses,
  ) {}

  /** The same file, measured while it leaves; `file` as it is where there is none. */
  measure(file: StreamableFile | undefined, ownerId: string, request: FastifyRequest): StreamableFile | undefined {
    if (!file || request.method === 'HEAD') return file;
    const key = this.keyOf(ownerId, request);
    return new StreamableFile(metered(file.getStream(), (kbps) => this.record(key, kbps)));
  }

  /** In kb/s; undefined where nothing was sent in the last hour, or Redis does not answer. */
  async of(ownerId: string, request: FastifyRequest): Promise<number | undefined> {
    const text = await this.redis.client.get(this.keyOf(ownerId, request)).catch(() => null);
    const kbps = Number(text ?? Number.NaN);
    return kbps > 0 ? Math.max(0.1, Math.min(mostKbps, kbps)) : undefined;
  }

  /** A sample that is lost costs precision only. */
  private record(key: string, kbps: number): void {
    this.redis.client.eval(averageScript, 1, key, kbps.toFixed(1), share, keptSeconds).catch(() => undefined);
  }

  /** The address is that of one subscriber: IPv4, or the /64 of IPv6. */
  private keyOf(ownerId: string, request: FastifyRequest): string {
    return `delivery:${ownerId}:${this.addresses.of(request)}`;
  }
}

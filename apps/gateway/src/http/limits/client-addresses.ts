import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.ts';
import { LIMITS_CONFIG, type LimitsConfig } from './limits.config.ts';

/** Where requests come from, believing as many proxies as the configuration says are ours. */
@Injectable()
export class ClientAddresses {
  constructor(@Inject(LIMITS_CONFIG) private readonly config: LimitsConfig) {}

  of(request: FastifyRequest): string {
    const header = request.headers['x-forwarded-for'];
    const forwardedFor = Array.isArray(header) ? header.join() : header;
    return clientAddress(request.socket.remoteAddress, forwardedFor, this.config.GATEWAY_TRUSTED_PROXY_HOPS);
  }
}

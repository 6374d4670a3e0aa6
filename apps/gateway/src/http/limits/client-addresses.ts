import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GATEWAY_CONFIG, type GatewayConfig } from '../../config.ts';
import { clientAddress } from './client-address.ts';

/** Where requests come from, believing as many proxies as the configuration says are ours. */
@Injectable()
export class ClientAddresses {
  constructor(@Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig) {}

  of(request: FastifyRequest): string {
    const header = request.headers['x-forwarded-for'];
    const forwardedFor = Array.isArray(header) ? header.join() : header;
    return clientAddress(request.socket.remoteAddress, forwardedFor, this.config.GATEWAY_TRUSTED_PROXY_HOPS);
  }
}

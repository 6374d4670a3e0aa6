import { Module } from '@nestjs/common';
import { Outbound } from '#compute';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';

const outbound = ({ OUTBOUND_PORTS: ports, OUTBOUND_ALLOW_PRIVATE: allowPrivate }: GatewayConfig) => new Outbound({ ports, allowPrivate });

/**
 * Room: gateway / outbound. May we call the address that a user names?
 * Door: none of its own. Leans on: compute's Outbound; the DNS.
 */
@Module({
  providers: [{ provide: Outbound, useFactory: outbound, inject: [GATEWAY_CONFIG] }],
  exports: [Outbound],
})
export class OutboundModule {}

import { Module } from '@nestjs/common';
import { Outbound } from '#compute';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';

const outbound = ({ OUTBOUND_PORTS: ports, OUTBOUND_ALLOW_PRIVATE: allowPrivate }: GatewayConfig) => new Outbound({ ports, allowPrivate });

/**
 * Provides the HTTP client for URLs that users name (webhooks, imports): only public addresses on the configured ports.
 */
@Module({
  providers: [{ provide: Outbound, useFactory: outbound, inject: [GATEWAY_CONFIG] }],
  exports: [Outbound],
})
export class OutboundModule {}

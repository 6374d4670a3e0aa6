import { Module } from '@nestjs/common';
import { Outbound } from '#compute';
import { OUTBOUND_CONFIG, type OutboundConfig } from './outbound.config.ts';

const outbound = ({ OUTBOUND_PORTS: ports, OUTBOUND_ALLOW_PRIVATE: allowPrivate }: OutboundConfig) => new Outbound({ ports, allowPrivate });

/**
 * Provides the HTTP client for URLs that users name (webhooks, imports): only public addresses on the configured ports.
 */
@Module({
  providers: [{ provide: Outbound, useFactory: outbound, inject: [OUTBOUND_CONFIG] }],
  exports: [Outbound],
})
export class OutboundModule {}

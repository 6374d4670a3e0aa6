import { Module } from '@nestjs/common';
import { StatusController } from './status.controller.ts';

/**
 * Room: gateway / status. How is the platform?
 * Door: GET /v1/status, open to everybody. Leans on: the health service.
 */
@Module({ controllers: [StatusController] })
export class StatusModule {}

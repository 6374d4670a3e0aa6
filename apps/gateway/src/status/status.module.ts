import { Module } from '@nestjs/common';
import { StatusController } from './status.controller.ts';

/**
 * Room: gateway / status. How is the platform?
 * Doors: GET /v1/status, open to everybody; GET /v1/operators/status, every copy. Leans on: the health service.
 */
@Module({ controllers: [StatusController] })
export class StatusModule {}

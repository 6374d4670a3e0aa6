import { Module } from '@nestjs/common';
import { ConnectionsController } from './connections.controller.ts';

/** Serves the callback of publishers and the confirmation after it; the other routes of publishers only forward. */
@Module({ controllers: [ConnectionsController] })
export class PublishersModule {}

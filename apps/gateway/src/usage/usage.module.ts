import { Module } from '@nestjs/common';
import { UsageController } from './usage.controller.ts';

/** What the caller uses: `/v1/usage`. Reads the rows that the services record with `usage.record` (PostgreSQL schema `usage`). */
@Module({ controllers: [UsageController] })
export class UsageModule {}

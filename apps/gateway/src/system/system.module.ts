import { Module } from '@nestjs/common';
import { SystemController } from './system.controller.ts';
import { SystemHealthView } from './system-health.service.ts';

/** `/v1/status` for everybody, `/v1/system` for operators: how the system is, why, and how it is configured. */
@Module({ controllers: [SystemController], providers: [SystemHealthView] })
export class SystemModule {}

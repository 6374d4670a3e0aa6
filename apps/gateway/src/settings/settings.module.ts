import { Module } from '@nestjs/common';
import { SettingsController } from './settings.controller.ts';
import { Settings } from './settings.service.ts';

/** Settings of all services at run time: `/v1/operators/settings/{service}`. Stores in PostgreSQL (`settings.value`). */
@Module({ controllers: [SettingsController], providers: [Settings] })
export class SettingsModule {}

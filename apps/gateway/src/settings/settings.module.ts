import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module.ts';
import { IdentityModule } from '../identity/identity.module.ts';
import { SettingsController } from './settings.controller.ts';
import { Settings } from './settings.service.ts';

/** Settings of all services at run time: `/v1/operators/settings/{service}`. Stores in PostgreSQL (`settings.value`). */
@Module({ imports: [HttpModule, IdentityModule], controllers: [SettingsController], providers: [Settings] })
export class SettingsModule {}

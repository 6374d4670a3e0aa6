import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module.ts';
import { DocsController } from './docs.controller.ts';
import { Docs } from './docs.service.ts';

/**
 * Room: gateway / docs. What can one ask here, and what do the answers mean?
 * Door: /, /docs, /openapi.json, /problems/:code. Leans on: the endpoint values. Tells: nothing.
 */
@Module({ imports: [HttpModule], controllers: [DocsController], providers: [Docs] })
export class DocsModule {}

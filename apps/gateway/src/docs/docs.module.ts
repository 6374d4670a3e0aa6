import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module.ts';
import { DocsController } from './docs.controller.ts';
import { Docs } from './docs.service.ts';

/** The API documentation, generated from the endpoint values: `/`, `/docs`, `/openapi.json`, `/asyncapi.json`, `/problems/:code`. */
@Module({ imports: [HttpModule], controllers: [DocsController], providers: [Docs] })
export class DocsModule {}

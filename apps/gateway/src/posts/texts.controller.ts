import { Controller } from '@nestjs/common';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Route } from '../http/route.ts';
import { analyzeTexts } from './posts.endpoints.ts';
import { TextBatches } from './text-batches.service.ts';

@Controller()
export class TextsController {
  constructor(private readonly batches: TextBatches) {}

  @Route(analyzeTexts)
  analyze(@Input() { body }: InputOf<typeof analyzeTexts>) {
    return this.batches.analyze(body);
  }
}

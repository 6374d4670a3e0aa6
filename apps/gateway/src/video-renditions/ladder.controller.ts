import { Controller } from '@nestjs/common';
import { createVideoLadder as ladderContract } from '#contracts';
import { Bus } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Route } from '../http/route.ts';
import { presentRendition } from './rendition-resource.ts';
import { createVideoLadder } from './renditions.endpoints.ts';

@Controller()
export class LadderController {
  constructor(private readonly bus: Bus) {}

  @Route(createVideoLadder)
  async create(@Input() { params, body }: InputOf<typeof createVideoLadder>) {
    const { items } = await this.bus.call(ladderContract, { ...params, ...body });
    return { items: items.map(presentRendition.of) };
  }
}

import { Controller } from '@nestjs/common';
import { getSystemStatus } from '#contracts';
import { Bus } from '#platform';
import { Route } from '../http/route.ts';
import { readStatus } from './status.endpoints.ts';

@Controller()
export class StatusController {
  constructor(private readonly bus: Bus) {}

  @Route(readStatus)
  status() {
    return this.bus.call(getSystemStatus, {});
  }
}

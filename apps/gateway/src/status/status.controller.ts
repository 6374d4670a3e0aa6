import { Controller } from '@nestjs/common';
import { getSystemStatus } from '#contracts';
import { Bus } from '#platform';
import { Route } from '../http/route.ts';
import { readStatus, readSystemStatus, statusSummary } from './status.endpoints.ts';

@Controller()
export class StatusController {
  constructor(private readonly bus: Bus) {}

  @Route(readStatus)
  async status() {
    return statusSummary.parse(await this.bus.call(getSystemStatus, {}));
  }

  @Route(readSystemStatus)
  systemStatus() {
    return this.bus.call(getSystemStatus, {});
  }
}

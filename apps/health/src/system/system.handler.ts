import { Controller } from '@nestjs/common';
import { getSystemStatus } from '#contracts';
import { Handles } from '#platform';
import { SystemService } from './system.service.ts';

@Controller()
export class SystemHandler {
  constructor(private readonly system: SystemService) {}

  @Handles(getSystemStatus)
  status() {
    return this.system.status();
  }
}

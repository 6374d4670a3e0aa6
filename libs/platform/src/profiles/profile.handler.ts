/** Answers requests for a profile of this service; the subject carries its name. */
import { Controller, type Type } from '@nestjs/common';
import { type ProfiledService, profiledServices, type RequestOf, type ServiceName, takeProfile } from '#contracts';
import { Handles } from '../bus/handles.decorator.ts';
import { Profiler } from './profiler.service.ts';

export const isProfiled = (service: ServiceName): service is ProfiledService => profiledServices.includes(service as ProfiledService);

export function profileHandler(service: ProfiledService): Type {
  const contract = takeProfile[service];

  @Controller()
  class ProfileHandler {
    constructor(private readonly profiler: Profiler) {}

    @Handles(contract)
    take(request: RequestOf<typeof contract>) {
      return this.profiler.take(request);
    }
  }
  return ProfileHandler;
}

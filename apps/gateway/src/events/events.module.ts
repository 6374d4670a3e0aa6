import { Module } from '@nestjs/common';
import { PlatformModule, removedBy } from '#platform';
import { IdentityModule } from '../identity/identity.module.ts';
import { JobsModule } from '../jobs/jobs.module.ts';
import { AnnouncementStore } from './announcement.store.ts';
import { EventDispatcher } from './event-dispatcher.service.ts';
import { EventFeed } from './event-feed.service.ts';
import { EventsController } from './events.controller.ts';
import { CreateOwnerEvents1795910500000 } from './events.migration.ts';

const tables = PlatformModule.forFeature({ migrations: { schema: 'gateway', steps: [CreateOwnerEvents1795910500000] } });

/** Events of owners: takes announcements of resources and jobs from `jobs.announcement` to webhooks and to `GET /v1/events`. */
@Module({
  imports: [IdentityModule, JobsModule, tables],
  controllers: [EventsController],
  providers: [
    AnnouncementStore,
    EventDispatcher,
    EventFeed,
    removedBy('events', AnnouncementStore, (store, ownerId) => store.erase(ownerId)),
  ],
})
export class EventsModule {}

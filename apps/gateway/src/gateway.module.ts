import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { PlatformModule } from '#platform';
import { AttachmentsModule } from './attachments/attachments.module.ts';
import { CacheModule } from './cache/cache.module.ts';
import { CollectionsModule } from './collections/collections.module.ts';
import { type GatewayConfig, sliceTokens } from './config.ts';
import { DocsModule } from './docs/docs.module.ts';
import { EventsModule } from './events/events.module.ts';
import { ExportsModule } from './exports/exports.module.ts';
import { ROUTES } from './http/endpoint-registry.ts';
import { HttpModule } from './http/http.module.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { IdempotencyModule } from './idempotency/idempotency.module.ts';
import { DenyByDefaultGuard } from './identity/deny-by-default.guard.ts';
import { GatewaySecret } from './identity/gateway-secret.ts';
import { IdentityModule } from './identity/identity.module.ts';
import { Sealer } from './identity/sealer.ts';
import { ImportsModule } from './imports/imports.module.ts';
import { JobsModule } from './jobs/jobs.module.ts';
import { MaintenanceModule } from './maintenance/maintenance.module.ts';
import { PlaylistsModule } from './playlists/playlists.module.ts';
import { PostsModule } from './posts/posts.module.ts';
import { ProfilesModule } from './profiles/profiles.module.ts';
import { ProviderSearchModule } from './provider-search/provider-search.module.ts';
import { PublishersModule } from './publishers/publishers.module.ts';
import { routes } from './routes.ts';
import { SavedVideosModule } from './saved-videos/saved-videos.module.ts';
import { SettingsModule } from './settings/settings.module.ts';
import { SystemModule } from './system/system.module.ts';
import { TrackRenditionsModule } from './track-renditions/track-renditions.module.ts';
import { TrackStreamsModule } from './track-streams/track-streams.module.ts';
import { TracksModule } from './tracks/tracks.module.ts';
import { ResumableModule } from './uploads/tus/resumable.module.ts';
import { UsageModule } from './usage/usage.module.ts';
import { VideoBenchmarksModule } from './video-benchmarks/video-benchmarks.module.ts';
import { VideoCaptionsModule } from './video-captions/video-captions.module.ts';
import { VideoRenditionsModule } from './video-renditions/video-renditions.module.ts';
import { VideoScoringModule } from './video-scoring/video-scoring.module.ts';
import { VideosModule } from './videos/videos.module.ts';
import { WebhooksModule } from './webhooks/webhooks.module.ts';

@Global()
@Module({})
class GatewayConfigModule {
  static with(config: GatewayConfig): DynamicModule {
    const slices = sliceTokens.map((provide) => ({ provide, useValue: config }));
    const providers = [...slices, { provide: ROUTES, useValue: routes }, GatewaySecret, Sealer];
    return { module: GatewayConfigModule, providers, exports: [...sliceTokens, ROUTES, GatewaySecret, Sealer] };
  }
}

/** The only public HTTP API (`/v1`, `/docs`, `/openapi.json`): turns requests into contract calls. Exports `http_*` and `gateway_*` metrics. */
@Module({})
export class GatewayModule {
  static with(config: GatewayConfig): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        GatewayConfigModule.with(config),
        PlatformModule.forApp({ name: 'gateway', config, postgres: { schema: 'identity' }, redis: true, blobs: true, jobs: true }),
        HttpModule,
        IdentityModule,
        IdempotencyModule,
        DocsModule,
        TracksModule,
        TrackRenditionsModule,
        TrackStreamsModule,
        VideosModule,
        CollectionsModule,
        ExportsModule,
        VideoCaptionsModule,
        VideoRenditionsModule,
        ProviderSearchModule,
        SavedVideosModule,
        VideoScoringModule,
        PlaylistsModule,
        PostsModule,
        PublishersModule,
        AttachmentsModule,
        ResumableModule,
        ImportsModule,
        JobsModule,
        WebhooksModule,
        EventsModule,
        CacheModule,
        MaintenanceModule,
        SystemModule,
        ProfilesModule,
        VideoBenchmarksModule,
        UsageModule,
        SettingsModule,
      ],
      providers: [
        // Endpoints have gates of their own (gateway.ts); this is for what Nest itself serves.
        { provide: APP_GUARD, useExisting: DenyByDefaultGuard },
        { provide: APP_FILTER, useExisting: ProblemFilter },
      ],
    };
  }
}

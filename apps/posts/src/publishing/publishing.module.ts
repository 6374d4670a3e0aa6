import { Module } from '@nestjs/common';
import { Outbound } from '#compute';
import { OutboundModule, PlatformModule } from '#platform';
import { AttachmentsModule } from '../attachments/attachments.module.ts';
import { PostsFeatureModule } from '../posts/posts-feature.module.ts';
import { AccessService } from './access.service.ts';
import { AccountService } from './account.service.ts';
import { AccountStore } from './account.store.ts';
import { AuthorizationService } from './authorization.service.ts';
import { ConnectionService } from './connection.service.ts';
import { ConnectionStore } from './connection.store.ts';
import { ConnectionJanitor } from './connection-janitor.service.ts';
import { LinkedInPublisher } from './linkedin/linkedin.publisher.ts';
import { LinkedInApi } from './linkedin/linkedin-api.ts';
import { LinkedInAuthorizer } from './linkedin/linkedin-authorizer.ts';
import { OutgoingPosts } from './outgoing-posts.service.ts';
import { PublicationService } from './publication.service.ts';
import { PublicationRow, PublicationStore } from './publication.store.ts';
import { PublicationAttempts } from './publication-attempts.service.ts';
import { PublicationRunner } from './publication-runner.service.ts';
import { PublisherRegistry } from './publisher-registry.service.ts';
import { canSeal, linkedInSettings, PUBLISHING_CONFIG, type PublishingConfig } from './publishing.config.ts';
import { PublishingHandler } from './publishing.handler.ts';
import { publishingMigrations } from './publishing.migration.ts';
import { TokenSealer } from './token-sealer.service.ts';
import { WebhookPublisher } from './webhook/webhook.publisher.ts';

function registry(outbound: Outbound, config: PublishingConfig): PublisherRegistry {
  const linkedin = new LinkedInApi(outbound, linkedInSettings(config));
  return new PublisherRegistry([
    { publisher: new LinkedInPublisher(linkedin), authorizer: new LinkedInAuthorizer(linkedin) },
    { publisher: new WebhookPublisher(outbound, canSeal(config)) },
  ]);
}

/**
 * Publishing: accounts elsewhere, posts published there now or at a due time. Serves `posts.publisher.*`, `posts.publisher-connection.*`,
 * `posts.publisher-account.*`, `posts.publication.*`, `posts.calendar.*` and `posts.post.publish.v1`. Exports `posts_publication_attempts_total`.
 */
@Module({
  imports: [
    OutboundModule,
    PostsFeatureModule,
    AttachmentsModule,
    PlatformModule.forFeature({ entities: [PublicationRow], migrations: publishingMigrations }),
  ],
  controllers: [PublishingHandler],
  providers: [
    { provide: PublisherRegistry, useFactory: registry, inject: [Outbound, PUBLISHING_CONFIG] },
    TokenSealer,
    AccountStore,
    ConnectionStore,
    PublicationStore,
    AccessService,
    AccountService,
    AuthorizationService,
    ConnectionService,
    ConnectionJanitor,
    PublicationService,
    OutgoingPosts,
    PublicationAttempts,
    PublicationRunner,
  ],
})
export class PublishingModule {}

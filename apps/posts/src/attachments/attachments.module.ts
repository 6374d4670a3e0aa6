import { Module } from '@nestjs/common';
import { erasedBy, PlatformModule } from '#platform';
import { PostsFeatureModule } from '../posts/posts-feature.module.ts';
import { AttachmentHandler } from './attachment.handler.ts';
import { attachmentMigrations } from './attachment.migration.ts';
import { AttachmentService } from './attachment.service.ts';
import { AttachmentRow, AttachmentStore } from './attachment.store.ts';

/** Pictures and documents for posts. Serves `posts.attachment.*`. */
@Module({
  imports: [PostsFeatureModule, PlatformModule.forFeature({ entities: [AttachmentRow], migrations: attachmentMigrations })],
  controllers: [AttachmentHandler],
  providers: [
    AttachmentStore,
    AttachmentService,
    erasedBy('posts.attachment', AttachmentService, (attachments, id) => attachments.remove(id)),
  ],
  exports: [AttachmentService],
})
export class AttachmentsModule {}

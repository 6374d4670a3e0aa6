import { Controller } from '@nestjs/common';
import { createAttachment, deleteAttachment, getAttachment, listAttachments, locateAttachment, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { AttachmentService } from './attachment.service.ts';

@Controller()
export class AttachmentHandler {
  constructor(private readonly attachments: AttachmentService) {}

  @Handles(createAttachment)
  create(request: RequestOf<typeof createAttachment>) {
    return this.attachments.create(request);
  }

  @Handles(getAttachment)
  get({ attachmentId }: RequestOf<typeof getAttachment>) {
    return this.attachments.get(attachmentId);
  }

  @Handles(listAttachments)
  list(request: RequestOf<typeof listAttachments>) {
    return this.attachments.list(request);
  }

  @Handles(deleteAttachment)
  async remove({ attachmentId }: RequestOf<typeof deleteAttachment>) {
    await this.attachments.remove(attachmentId);
    return { deleted: true as const };
  }

  @Handles(locateAttachment)
  locate({ attachmentId }: RequestOf<typeof locateAttachment>) {
    return this.attachments.locate(attachmentId);
  }
}

import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module.ts';
import { DeliverySpeed } from './delivery-speed.service.ts';
import { FileSender } from './file-sender.service.ts';
import { LinkOwners } from './link-owners.service.ts';
import { SignedLinks } from './signed-links.service.ts';

/** Sends files of the blob store (ranges, ETag, Content-Disposition) and makes signed links to them, and measures how fast they leave; features add the routes. */
@Module({
  imports: [HttpModule],
  providers: [FileSender, LinkOwners, SignedLinks, DeliverySpeed],
  exports: [FileSender, SignedLinks, DeliverySpeed],
})
export class DownloadsModule {}

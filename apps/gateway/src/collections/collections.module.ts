import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { CollectionsController } from './collections.controller.ts';
import { DocumentLoads } from './document-loads.service.ts';

/** Takes files of documents in. Serves `POST /v1/collections/{collectionId}/documents`; the other routes of collections only forward. */
@Module({
  imports: [UploadsModule, JobsModule],
  controllers: [CollectionsController],
  providers: [DocumentLoads],
})
export class CollectionsModule {}

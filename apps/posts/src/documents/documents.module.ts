import { Module } from '@nestjs/common';
import { eraseCollectionJob, loadDocumentsJob } from '#contracts';
import { erasedBy, jobHandler, PlatformModule } from '#platform';
import { CollectionService } from './collection.service.ts';
import { CollectionRow, CollectionStore } from './collection.store.ts';
import { DocumentService } from './document.service.ts';
import { DocumentStore } from './document.store.ts';
import { DocumentsHandler } from './documents.handler.ts';
import { documentsMigrations } from './documents.migrations.ts';
import { DuplicateService } from './duplicate.service.ts';
import { EmbeddingService } from './embedding.service.ts';
import { EraseJob } from './erase.job.ts';
import { LoadJob } from './load.job.ts';
import { LoadStore } from './load.store.ts';
import { SearchService } from './search.service.ts';
import { SearchStore } from './search.store.ts';
import { SimilarService } from './similar.service.ts';
import { VectorStore } from './vector.store.ts';
import { VectorBlocks } from './vector-blocks.service.ts';

/**
 * Collections of documents: loads, near-duplicates. Serves `posts.collection.*`, `posts.document.*`, `posts.duplicate.*` and `posts.similar.*`; runs the jobs
 * `posts.document.load` and `posts.collection.erase`.
 */
@Module({
  imports: [PlatformModule.forFeature({ entities: [CollectionRow], migrations: documentsMigrations })],
  controllers: [DocumentsHandler],
  providers: [
    CollectionStore,
    DocumentStore,
    LoadStore,
    VectorStore,
    VectorBlocks,
    EmbeddingService,
    SimilarService,
    SearchStore,
    SearchService,
    CollectionService,
    DocumentService,
    DuplicateService,
    LoadJob,
    EraseJob,
    jobHandler(loadDocumentsJob, LoadJob),
    jobHandler(eraseCollectionJob, EraseJob),
    erasedBy('documents.collection', CollectionService, (collections, id) => collections.remove(id)),
  ],
  exports: [CollectionService],
})
export class DocumentsModule {}

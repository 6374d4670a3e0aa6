import { Module } from '@nestjs/common';
import {
  computeDuplicatesJob,
  embedCollectionJob,
  eraseCollectionJob,
  indexVectorsJob,
  loadDocumentsJob,
  prepareLoadPartJob,
} from '#contracts';
import { erasedBy, jobHandler, PlatformModule } from '#platform';
import { ChunkPreparer } from './chunk-preparer.service.ts';
import { CollectionService } from './collection.service.ts';
import { CollectionRow, CollectionStore } from './collection.store.ts';
import { DocumentService } from './document.service.ts';
import { DocumentStore } from './document.store.ts';
import { DocumentJanitor } from './document-janitor.service.ts';
import { DocumentsHandler } from './documents.handler.ts';
import { documentsMigrations } from './documents.migrations.ts';
import { DuplicateService } from './duplicate.service.ts';
import { DuplicateFinder } from './duplicate-finder.service.ts';
import { DuplicateRunHandler } from './duplicate-run.handler.ts';
import { DuplicateRunJob } from './duplicate-run.job.ts';
import { DuplicateRunService } from './duplicate-run.service.ts';
import { DuplicateRunRow, DuplicateRunStore } from './duplicate-run.store.ts';
import { EmbedCollectionJob } from './embed-collection.job.ts';
import { EmbeddingService } from './embedding.service.ts';
import { EraseJob } from './erase.job.ts';
import { LoadHandler } from './load.handler.ts';
import { LoadJob } from './load.job.ts';
import { LoadService } from './load.service.ts';
import { LoadRow, LoadStore } from './load.store.ts';
import { LoadJanitor } from './load-janitor.service.ts';
import { LoadPartJob } from './load-part.job.ts';
import { LoadPartStore } from './load-part.store.ts';
import { LOAD_LIMITS, type LoadLimits, LoadParts, loadLimits } from './load-parts.service.ts';
import { ModelStore } from './models/model.store.ts';
import { ModelFiles } from './models/model-files.service.ts';
import { SearchService } from './search.service.ts';
import { SearchStore } from './search.store.ts';
import { SimilarService } from './similar.service.ts';
import { VectorStore } from './vector.store.ts';
import { VectorBlocks } from './vector-blocks.service.ts';
import { VectorIndexJob } from './vector-index.job.ts';
import { VECTOR_LIMITS, VectorIndexes, vectorLimits } from './vector-index.service.ts';
import { VectorIndexStore } from './vector-index.store.ts';
import { VectorJanitor } from './vector-janitor.service.ts';
import { VectorJobs } from './vector-jobs.service.ts';
import { VectorReleases } from './vector-releases.service.ts';

/**
 * Collections of documents: loads, near-duplicates, similar documents, search. Serves `posts.collection.*`, `posts.load.*`, `posts.document.*`,
 * `posts.duplicate.*`, `posts.duplicate-run.*` and `posts.similar.*`; runs the jobs `posts.document.load`, `posts.load-part.prepare`, `posts.duplicate-run.compute`, `posts.vector-index.build`,
 * `posts.collection.embed` and `posts.collection.erase`.
 */
@Module({
  imports: [PlatformModule.forFeature({ entities: [CollectionRow, LoadRow, DuplicateRunRow], migrations: documentsMigrations })],
  controllers: [DocumentsHandler, LoadHandler, DuplicateRunHandler],
  providers: [
    CollectionStore,
    DocumentStore,
    DocumentJanitor,
    LoadStore,
    LoadService,
    LoadJanitor,
    VectorStore,
    VectorBlocks,
    VectorReleases,
    VectorJanitor,
    VectorIndexStore,
    VectorIndexes,
    VectorIndexJob,
    VectorJobs,
    EmbedCollectionJob,
    { provide: VECTOR_LIMITS, useValue: vectorLimits },
    EmbeddingService,
    ModelStore,
    ModelFiles,
    SimilarService,
    SearchStore,
    SearchService,
    CollectionService,
    DocumentService,
    DuplicateService,
    DuplicateFinder,
    DuplicateRunStore,
    DuplicateRunService,
    DuplicateRunJob,
    { provide: LOAD_LIMITS, useValue: loadLimits },
    ...[ChunkPreparer, LoadPartStore, LoadParts, LoadPartJob, LoadJob],
    EraseJob,
    jobHandler(loadDocumentsJob, LoadJob),
    jobHandler(prepareLoadPartJob, LoadPartJob, { concurrency: { from: LOAD_LIMITS, read: ({ partsAtOnce }: LoadLimits) => partsAtOnce } }),
    jobHandler(eraseCollectionJob, EraseJob),
    erasedBy('documents.collection', CollectionService, (collections, id) => collections.remove(id)),
    jobHandler(computeDuplicatesJob, DuplicateRunJob),
    jobHandler(indexVectorsJob, VectorIndexJob),
    jobHandler(embedCollectionJob, EmbedCollectionJob),
  ],
  exports: [CollectionService],
})
export class DocumentsModule {}

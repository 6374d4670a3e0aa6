import { Controller } from '@nestjs/common';
import {
  createCollection,
  deleteCollection,
  deleteDocument,
  findDuplicates,
  findSimilar,
  getCollection,
  getDocument,
  listCollections,
  listDocuments,
  listDuplicates,
  putDocument,
  type RequestOf,
  searchDocuments,
  updateCollection,
} from '#contracts';
import { Handles } from '#platform';
import { CollectionService } from './collection.service.ts';
import { DocumentService } from './document.service.ts';
import { DuplicateService } from './duplicate.service.ts';
import { SearchService } from './search.service.ts';
import { SimilarService } from './similar.service.ts';

@Controller()
export class DocumentsHandler {
  constructor(
    private readonly collections: CollectionService,
    private readonly documents: DocumentService,
    private readonly duplicates: DuplicateService,
    private readonly similar: SimilarService,
    private readonly searches: SearchService,
  ) {}

  @Handles(createCollection)
  create(request: RequestOf<typeof createCollection>) {
    return this.collections.create(request);
  }

  @Handles(getCollection)
  get({ collectionId }: RequestOf<typeof getCollection>) {
    return this.collections.get(collectionId);
  }

  @Handles(listCollections)
  list(request: RequestOf<typeof listCollections>) {
    return this.collections.list(request);
  }

  @Handles(updateCollection)
  update(request: RequestOf<typeof updateCollection>) {
    return this.collections.update(request);
  }

  @Handles(deleteCollection)
  async remove({ collectionId, ifRevision }: RequestOf<typeof deleteCollection>) {
    await this.collections.remove(collectionId, ifRevision);
    return { deleted: true as const };
  }

  @Handles(listDocuments)
  listDocuments(request: RequestOf<typeof listDocuments>) {
    return this.documents.list(request);
  }

  @Handles(getDocument)
  getDocument({ collectionId, externalId }: RequestOf<typeof getDocument>) {
    return this.documents.get(collectionId, externalId);
  }

  @Handles(putDocument)
  putDocument(request: RequestOf<typeof putDocument>) {
    return this.documents.put(request);
  }

  @Handles(deleteDocument)
  async removeDocument(request: RequestOf<typeof deleteDocument>) {
    await this.documents.remove(request);
    return { deleted: true as const };
  }

  @Handles(listDuplicates)
  listDuplicates(request: RequestOf<typeof listDuplicates>) {
    return this.duplicates.list(request);
  }

  @Handles(findDuplicates)
  findDuplicates(request: RequestOf<typeof findDuplicates>) {
    return this.duplicates.find(request);
  }

  @Handles(findSimilar)
  findSimilar(request: RequestOf<typeof findSimilar>) {
    return this.similar.find(request);
  }

  @Handles(searchDocuments)
  search(request: RequestOf<typeof searchDocuments>) {
    return this.searches.search(request);
  }
}

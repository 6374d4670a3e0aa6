import { Controller } from '@nestjs/common';
import { listTrackProviders, type RequestOf, searchTracks } from '#contracts';
import { Handles } from '#platform';
import { ProviderSearchService } from './provider-search.service.ts';

@Controller()
export class ProviderSearchHandler {
  constructor(private readonly search: ProviderSearchService) {}

  @Handles(searchTracks)
  find(request: RequestOf<typeof searchTracks>) {
    return this.search.search(request);
  }

  @Handles(listTrackProviders)
  list() {
    return this.search.list();
  }
}

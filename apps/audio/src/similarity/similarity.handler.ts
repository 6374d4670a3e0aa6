import { Controller } from '@nestjs/common';
import { listSimilarTracks, listTrackCopies, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { SimilarityService } from './similarity.service.ts';

@Controller()
export class SimilarityHandler {
  constructor(private readonly similarity: SimilarityService) {}

  @Handles(listTrackCopies)
  async copies({ trackId, limit }: RequestOf<typeof listTrackCopies>) {
    return { items: await this.similarity.copies(trackId, limit), nextCursor: null };
  }

  @Handles(listSimilarTracks)
  async similar({ trackId, limit }: RequestOf<typeof listSimilarTracks>) {
    return { items: await this.similarity.similar(trackId, limit), nextCursor: null };
  }
}

/** Lists of the video service can be sorted by their last change. */
import { updatedIndexes } from '#storage';

export const IndexChanges1797300200000 = updatedIndexes('IndexChanges1797300200000', [
  'video.video',
  'video.rendition',
  'video.caption',
  'video.score_run',
]);

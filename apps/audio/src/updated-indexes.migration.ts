/** Lists of the audio service can be sorted by their last change. */
import { updatedIndexes } from '#storage';

export const IndexChanges1797186700000 = updatedIndexes('IndexChanges1797186700000', [
  'audio.track',
  'audio.saved_video',
  'audio.rendition',
]);

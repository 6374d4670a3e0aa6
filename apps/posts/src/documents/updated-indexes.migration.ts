/** Lists of exports and duplicate runs can be sorted by their last change. */
import { updatedIndexes } from '#storage';

export const IndexChanges1797186700000 = updatedIndexes('IndexChanges1797186700000', ['documents.export', 'documents.duplicate_run']);

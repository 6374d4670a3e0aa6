/** Replies of copies of older releases, which lack what has been added since: a newer copy takes them. */
import { describe, expect, it } from '@jest/globals';
import { scoreSummary } from './video-scoring.ts';

describe('a score run of a copy that knows no scorers', () => {
  it('was scored by the weights', () => {
    const older = {
      ...{ rowCount: 1, refusedCount: 0, method: 'inline', methodReason: 'small', computeMs: 1, columns: [], groupBy: null },
      ...{ groups: [], badLines: [], runId: null },
    };
    expect(scoreSummary.parse(older)).toMatchObject({ scorer: null });
  });
});

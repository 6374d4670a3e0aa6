/** A saved scoring as clients see it. */
import { listScoreRuns, scoreRun } from '#contracts';
import { presentList, presentResource } from '../http/presenter.ts';

export const presentScoreRun = presentResource({
  id: 'ScoreRunResource',
  of: scoreRun,
  links: { self: '/v1/videos/score-runs/{id}', rows: '/v1/videos/score-runs/{id}/rows' },
});

export const presentScoreRuns = presentList(presentScoreRun, listScoreRuns);

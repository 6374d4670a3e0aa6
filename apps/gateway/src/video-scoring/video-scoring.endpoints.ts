/** Scoring of metadata: lines in, scored lines out, and runs that were saved. */
import * as z from 'zod';
import { headerText, newOwnerFields, scoreBodyMaxBytes, scoreOptions, videoScoring } from '#contracts';
import { raw } from '../http/body.ts';
import { endpoint } from '../http/endpoint.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { presentScoreRun, presentScoreRuns } from './score-run-resource.ts';

const base = { tag: 'Scoring', auth: 'user' } as const;
const one = '/v1/videos/score-runs/:scoreRunId';

const ndjson = 'application/x-ndjson';
export const arrow = 'application/vnd.apache.arrow.stream';

/** A client on a slow line may take this long to send the lines. */
const sendDeadlineMs = 1_800_000;

export const scoreVideos = endpoint({
  ...base,
  id: 'scoreVideos',
  method: 'POST',
  path: '/v1/videos/score',
  summary: 'Score metadata of many videos',
  description:
    'Send NDJSON: an object a line with `id` and the fields that `weights` names; other fields are ignored. The first line of the answer is ' +
    '`{"summary": ScoreSummary}`, then comes a `ScoreRow` for each line that could be taken, in their order. With `Accept: ' +
    `${arrow}\` it is an Arrow IPC stream with the same columns, and the summary under \`rafaga.summary\` in the metadata of its schema.\n\n` +
    'z-scores use the mean and the deviation of the population (divided by n) of the values that are there; in a column whose values are all the same, ' +
    'they are 0. A missing value counts as 0. The score is the sum of weight times z, divided by the sum of the weights without their signs. The ' +
    'percentile rank is the percent of rows with a lower score, those with the same score counted half.\n\n' +
    'A number is 0, or between 1e-100 and 1e100 in magnitude. A line that is no such object is told by its number in `badLines`, and the rest is scored. ' +
    'A body has at most 2,000,000 rows.',
  cost: 10,
  deadlineMs: sendDeadlineMs,
  query: z.strictObject({ ...scoreOptions, ...newOwnerFields }),
  headers: z.object({
    accept: headerText(1_024)
      .optional()
      .meta({ description: `\`${ndjson}\`, unless \`${arrow}\` is asked for.`, examples: [arrow] }),
  }),
  body: raw({ contentTypes: [ndjson], description: 'The lines, in UTF-8. A line has up to 64 KiB.', maxBytes: scoreBodyMaxBytes }),
  responses: {
    200: {
      contentType: ndjson,
      alsoAs: [arrow],
      description: 'The summary, then the rows. With `save` the run can be read again at its `Location`.',
      headers: { Location: 'The saved run; absent unless it was saved.' },
    },
  },
  failures: [
    ...([
      'score-lines-invalid',
      'score-groups-too-many',
      'scorer-not-found',
      'scorer-failed',
      'external-id-taken',
      'payload-too-large',
    ] as const),
    ...([
      'media-type-unsupported',
      'media-empty',
      'request-timeout',
      'storage-full',
      'file-lost',
      'service-unavailable',
      'deadline-exceeded',
    ] as const),
  ],
});

export const listScorers = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/videos/scorers',
  summary: 'Scorers that this installation has',
  description: 'Programs of the operator. `POST /v1/videos/score?scorer=…` has one of them give the scores.',
  calls: videoScoring.listScorers,
});

export const listScoreRuns = serviceEndpoint({
  ...base,
  method: 'GET',
  path: '/v1/videos/score-runs',
  summary: 'Your saved scorings, newest first unless sorted otherwise',
  calls: videoScoring.listScoreRuns,
  present: presentScoreRuns,
});

export const getScoreRun = serviceEndpoint({
  ...base,
  method: 'GET',
  path: one,
  summary: 'One saved scoring',
  calls: videoScoring.getScoreRun,
  present: presentScoreRun,
});

export const updateScoreRun = serviceEndpoint({
  ...base,
  method: 'PATCH',
  path: one,
  summary: 'Change title, tags, metadata or your id of a saved scoring',
  description:
    'A JSON Merge Patch: what is absent stays, null removes `externalId` or a pair of `metadata`. Send the `ETag` in `If-Match`.',
  calls: videoScoring.updateScoreRun,
  present: presentScoreRun,
  example: { title: 'Spring, second try' },
});

export const deleteScoreRun = serviceEndpoint({
  ...base,
  method: 'DELETE',
  path: one,
  summary: 'Delete a saved scoring with its rows',
  calls: videoScoring.deleteScoreRun,
});

export const listScoreRows = serviceEndpoint({
  ...base,
  method: 'GET',
  path: `${one}/rows`,
  summary: 'Rows of a saved scoring, the highest score first unless sorted otherwise',
  calls: videoScoring.listScoreRows,
});

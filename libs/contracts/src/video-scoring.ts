/** Scoring of metadata: numbers of many videos, one object a line, become one weighted score a video. Nothing of it needs a video in the library. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { jobKind } from './job-kind.ts';
import { list, onlyPage } from './list.ts';
import { createFailures, ifRevision, newOwnerFields, ownerChanges, resource, updateFailures } from './resource.ts';
import { type ReplyOf, rpc, type Unchanging } from './rpc.ts';
import { cursor, exactText, integer } from './values.ts';

export const videoScoringFailures = {
  'score-run-not-found': {
    status: 404,
    title: 'Score run not found',
    page: 'Your account has no such run. It may have been deleted, be older than the time for which runs are kept, or belong to another account.',
  },
  'score-lines-invalid': {
    status: 422,
    title: 'No line can be scored',
    page: 'The body was read to its end, and no line could be taken. The detail names the first lines and what is wrong with each. Every line is a JSON object with an `id`; the fields that `weights` names hold numbers.',
  },
  'score-groups-too-many': {
    status: 422,
    title: 'There are too many groups',
    page: 'The field that `groupBy` names has more than 1,000 different values. Group by a field with fewer of them.',
  },
  'scorer-not-found': {
    status: 404,
    title: 'Scorer not found',
    page: 'The installation has no scorer with the name in `scorer`. `GET /v1/videos/scorers` lists those that it has. Without `scorer` the weights decide.',
  },
  'scorer-failed': {
    status: 422,
    title: 'The scorer failed',
    page: 'The scorer in `scorer`, a program that the operator of this installation has added, gave no usable scores; the detail says why. Send other values, score without it, or tell the operator. Nothing was saved.',
  },
} as const satisfies FailureTable;

/** Rows of one run. */
export const scoreRowsMax = 2_000_000;
/** Bytes of one body. */
export const scoreBodyMaxBytes = 512 * 1_048_576;
export const scoreGroupsMax = 1_000;
export const scoreWeightsMax = 8;

const count = z.number().int().nonnegative();
const field = exactText({ min: 1, max: 64 }).regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, {
  error: 'must begin with a letter, and have letters, digits, dots, hyphens and underscores',
});
const decimal = /^-?(?:0|[1-9]\d{0,5})(?:\.\d{1,9})?$/;
const weight = z
  .preprocess((value) => (typeof value === 'string' && decimal.test(value) ? Number(value) : value), z.number().min(-1e6).max(1e6))
  .meta({ description: 'How much the field counts; negative: less is better.', examples: [0.7] });

const chosenMethods = ['inline', 'threads', 'distributed'] as const;
export const scoreMethods = ['auto', ...chosenMethods] as const;
export type ScoreMethod = (typeof scoreMethods)[number];
export const scoreFormats = ['ndjson', 'arrow'] as const;
export type ScoreFormat = (typeof scoreFormats)[number];

/** What a client says about a run. */
export const scoreOptions = {
  weights: z
    .record(field, weight)
    .refine((weights) => Object.keys(weights).length >= 1 && Object.keys(weights).length <= scoreWeightsMax, {
      error: `must name 1 to ${scoreWeightsMax} fields`,
    })
    .refine((weights) => Object.values(weights).some((each) => each !== 0), { error: 'must not all be 0' })
    .meta({ description: 'Fields to score by, and how much each counts: `weights[views]=0.7`.', examples: [{ views: 0.7, likes: 0.3 }] }),
  groupBy: field
    .optional()
    .meta({ description: 'Field with the name of a group; rows are ranked in their group too.', examples: ['channel'] }),
  method: z
    .enum(scoreMethods)
    .default('auto')
    .meta({
      description:
        'Where it is computed: in the process of the service, on its worker threads, on all copies of the service, or where it is fastest.',
      examples: ['auto'],
    }),
  scorer: exactText({ min: 1, max: 40 })
    .optional()
    .meta({ description: 'Scorer of this installation that gives the scores, in place of the weighted sum.', examples: ['freshness'] }),
  save: z
    .boolean()
    .default(false)
    .meta({ description: 'Keeps the run and its rows; they can be read back.', examples: [true] }),
};

const statistic = z.number().nullable();

export const scoreColumn = z
  .object({
    name: z.string().meta({ description: 'The field.', examples: ['views'] }),
    weight: z.number().meta({ description: 'How much it counts, as asked.', examples: [0.7] }),
    mean: statistic.meta({ description: 'Mean of the values that are there; null without any.', examples: [1_250.5] }),
    standardDeviation: statistic.meta({ description: 'Of the population: divided by n.', examples: [310.2] }),
    min: statistic.meta({ description: 'Lowest value.', examples: [3] }),
    max: statistic.meta({ description: 'Highest value.', examples: [98_000] }),
    presentCount: count.meta({ description: 'Rows that have a value.', examples: [998] }),
  })
  .meta({ id: 'ScoreColumn', description: 'One field of the rows.' });

export const scoreGroup = z
  .object({
    name: z
      .string()
      .nullable()
      .meta({ description: 'Its name; null: rows without a group.', examples: ['travel'] }),
    rowCount: count.meta({ description: 'Rows in it.', examples: [120] }),
    meanScore: z.number().meta({ description: 'Mean of their scores.', examples: [0.4] }),
    minScore: z.number().meta({ description: 'Lowest score.', examples: [-1.2] }),
    maxScore: z.number().meta({ description: 'Highest score.', examples: [2.8] }),
  })
  .meta({ id: 'ScoreGroup', description: 'The rows of one group.' });

export const scoreBadLine = z
  .object({
    line: z
      .number()
      .int()
      .positive()
      .meta({ description: 'Its number, from 1.', examples: [17] }),
    code: z.string().meta({ description: 'What is wrong, for programs.', examples: ['value-invalid'] }),
    detail: z.string().meta({ description: 'What is wrong, for people.', examples: ['`views` is not a number.'] }),
  })
  .meta({ id: 'ScoreBadLine', description: 'A line that was not taken.' });

const facts = {
  rowCount: count.meta({ description: 'Rows that have been scored.', examples: [1_000] }),
  refusedCount: count.meta({ description: 'Lines that were not taken.', examples: [2] }),
  method: z.enum(chosenMethods).meta({ description: 'Where it was computed.', examples: ['threads'] }),
  methodReason: z.string().meta({
    description: 'Why there.',
    examples: ['1,200,000 bytes: about 12 ms inline, 25 ms on threads.'],
  }),
  computeMs: z
    .number()
    .nonnegative()
    .meta({ description: 'How long reading and scoring took, in milliseconds.', examples: [14.2] }),
  scorer: z
    .string()
    .nullable()
    .default(null) // a copy of an older release leaves it out
    .meta({ description: 'Scorer that gave the scores, with its version; null: the weights.', examples: ['freshness@1.0.0'] }),
  columns: z.array(scoreColumn).max(scoreWeightsMax).meta({ description: 'The fields, as `weights` names them.' }),
  groupBy: z
    .string()
    .nullable()
    .meta({ description: 'The field that rows are grouped by.', examples: ['channel'] }),
};
const lists = {
  groups: z
    .array(scoreGroup)
    .max(scoreGroupsMax + 1)
    .meta({ description: 'The groups, largest first; empty without `groupBy`.' }),
  badLines: z.array(scoreBadLine).max(100).meta({ description: 'The first 100 lines that were not taken.' }),
};

/** Stands at the head of an answer: the first line of NDJSON, the schema metadata of Arrow. */
export const scoreSummary = z
  .object({
    runId: z.uuid().nullable().meta({ description: 'Id of the saved run; null where it was not saved.' }),
    ...facts,
    ...lists,
  })
  .meta({ id: 'ScoreSummary', description: 'What was scored, and how.' });
export type ScoreSummary = Unchanging<z.output<typeof scoreSummary>>;

export const scoreRun = resource('score-run', {
  ...facts,
  ...lists,
  rowsKeptUntil: z.iso.datetime().meta({ description: 'The run and its rows are removed then.', examples: ['2027-12-01T00:00:00.000Z'] }),
}).meta({ id: 'ScoreRun', description: 'A saved scoring.' });
export type ScoreRun = Unchanging<z.output<typeof scoreRun>>;

const rank = z.number().min(0).max(100);

export const scoreRow = z
  .object({
    line: z
      .number()
      .int()
      .positive()
      .meta({ description: 'Number of its line, from 1.', examples: [1] }),
    id: z.string().meta({ description: 'Your id of the video.', examples: ['v-1'] }),
    group: z
      .string()
      .nullable()
      .meta({ description: 'Its group; null without one.', examples: ['travel'] }),
    score: z.number().meta({ description: 'Weighted mean of its z-scores.', examples: [1.24] }),
    percentileRank: rank.meta({ description: 'Percent of rows below it, those with the same score counted half.', examples: [97.5] }),
    groupPercentileRank: rank
      .nullable()
      .meta({ description: 'The same among the rows of its group; null without `groupBy`.', examples: [88] }),
    zScores: z.record(z.string(), z.number().nullable()).meta({
      description: 'Deviations from the mean, in standard deviations; null where the value is missing.',
      examples: [{ views: 1.9, likes: null }],
    }),
  })
  .meta({ id: 'ScoreRow', description: 'One scored line.' });
export type ScoreRow = Unchanging<z.output<typeof scoreRow>>;

const runId = z.strictObject({ scoreRunId: z.uuid() });

/** Scores the lines of a stored body, and stores the result. It may have no reference: the caller reads it at once. */
export const scoreVideos = rpc({
  subject: 'video.video.score.v1',
  request: z.strictObject({
    blobSha256: z.string().regex(/^[0-9a-f]{64}$/),
    sizeBytes: integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    format: z.enum(scoreFormats),
    ...scoreOptions,
    ...newOwnerFields,
  }),
  reply: z.object({
    runId: z.uuid().nullable(),
    file: z.object({ sha256: z.string(), sizeBytes: z.number().int().positive(), contentType: z.string(), fileName: z.string() }),
  }),
  failures: [
    ...(['score-lines-invalid', 'score-groups-too-many', 'scorer-not-found', 'scorer-failed'] as const),
    ...(['payload-too-large', 'file-lost', 'storage-full', 'quota-exceeded', ...createFailures] as const),
  ],
  deadlineMs: 120_000,
});

/** A program of the operator that scores rows. */
export const listedScorer = z
  .object({
    name: z.string().meta({ description: 'What `scorer` names.', examples: ['freshness'] }),
    version: z.string().meta({ description: 'Of its program.', examples: ['1.0.0'] }),
    description: z.string().meta({ description: 'What it does, in the words of the operator.', examples: ['New videos first.'] }),
  })
  .meta({ id: 'Scorer', description: 'A program of this installation that scores rows.' });
export type ListedScorer = Unchanging<z.output<typeof listedScorer>>;

export const listScorers = rpc({
  subject: 'video.scorer.list.v1',
  request: z.strictObject({}),
  reply: z.object({ items: z.array(listedScorer).max(32).meta({ description: 'All of them.' }), nextCursor: onlyPage }),
  failures: [],
  deadlineMs: 5_000,
});

/** Rows of a part, at least, apart from a body that has fewer. */
export const scorePartRows = 50_000;

/** Reads some lines of a stored body into columns, on whichever copy of the service is free. A run waits for it, no client. */
export const readScorePart = jobKind({
  name: 'video.score-part.read',
  input: z.strictObject({
    blobSha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** Bytes of the body, `endByte` excluded; whole lines. */
    startByte: count,
    endByte: z.number().int().positive(),
    /** Number of the first line, from 1. */
    firstLine: z.number().int().positive(),
    names: z.array(field).min(1).max(scoreWeightsMax),
    groupBy: field.nullable(),
    /** When the run that asks for it has ended, in milliseconds since 1970; the part is given up then. */
    deadlineAtMs: z.number().positive(),
  }),
  output: z.strictObject({
    sha256: z.string(),
    sizeBytes: count,
    rowCount: count,
    refusedCount: count,
    badLines: z.array(scoreBadLine).max(100),
  }),
  phases: ['reading'],
  isInternal: true,
  maxAttempts: 3,
  timeoutMs: 110_000,
  resources: { cores: 1, memoryBytes: 200 * 1_048_576 },
});

export const getScoreRun = rpc({
  subject: 'video.score-run.get.v1',
  request: runId,
  reply: scoreRun,
  failures: ['score-run-not-found'],
  deadlineMs: 5_000,
});

export const listScoreRuns = rpc({
  subject: 'video.score-run.list.v1',
  ...list({ item: scoreRun, sorts: ['createdAt', 'title'], searches: 'title', fields: ['groups', 'badLines'] }),
  failures: [],
  deadlineMs: 5_000,
});

export const updateScoreRun = rpc({
  subject: 'video.score-run.update.v1',
  request: z.strictObject({ ...runId.shape, ...ifRevision, ...ownerChanges }),
  reply: scoreRun,
  failures: ['score-run-not-found', ...updateFailures],
  deadlineMs: 5_000,
});

export const deleteScoreRun = rpc({
  subject: 'video.score-run.delete.v1',
  request: z.strictObject({ ...runId.shape, ...ifRevision }),
  reply: z.object({ deleted: z.literal(true) }),
  failures: ['score-run-not-found', 'precondition-failed'],
  deadlineMs: 30_000,
});

export const scoreRowSorts = ['-score', 'score', 'line', '-line'] as const;
export type ScoreRowSort = (typeof scoreRowSorts)[number];

export const listScoreRows = rpc({
  subject: 'video.score-row.list.v1',
  request: z.strictObject({
    ...runId.shape,
    cursor: cursor().optional().meta({ description: '`nextCursor` of the page before.' }),
    // More than in other lists: there may be two million rows, and they are small.
    limit: integer({ min: 1, max: 1_000 }).default(100).meta({ description: 'Rows a page.' }),
    sort: z
      .enum(scoreRowSorts)
      .default('-score')
      .meta({ description: 'What to sort by; `-` in front: descending.', examples: ['-score'] }),
  }),
  reply: z.object({
    items: z.array(scoreRow),
    nextCursor: z.string().nullable().meta({ description: 'Give it as `cursor` for the next page; null on the last one.' }),
  }),
  failures: ['score-run-not-found'],
  deadlineMs: 10_000,
});
export type ScoreRowPage = ReplyOf<typeof listScoreRows>;

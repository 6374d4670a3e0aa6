/** What is counted per account: the meters, the quotas on them, and the answer of `GET /v1/usage`. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';

/** `storageBytes` is a level (deletion subtracts); the others only grow. */
export const meters = ['storageBytes', 'audioMinutes', 'videoMinutes', 'textUnits', 'requests'] as const;
export type Meter = (typeof meters)[number];

export const usageFailures = {
  'quota-exceeded': {
    status: 403,
    title: 'The quota of the account is used up',
    page: 'The request needs more than is left of a quota of the account. `detail` says which meter, how much is used and how much there is, how much is reserved by jobs that wait or run, and when a quota that counts a month starts anew. `GET /v1/usage` shows all of them. For `storageBytes` delete something; for the others wait for the first day of the next month (UTC), or ask an operator for more.',
  },
} as const satisfies FailureTable;

/** What one text costs in `textUnits`: 1 for each 1,000 characters begun. */
export const textUnitsOf = (text: string): number => Math.max(1, Math.ceil(text.length / 1_000));

const amounts = z
  .object({
    storageBytes: z.number().meta({ description: 'Bytes of your files at the end; each of your references to a file counts in full.' }),
    audioMinutes: z.number().meta({ description: 'Minutes of analysed audio.' }),
    videoMinutes: z.number().meta({ description: 'Minutes of processed video.' }),
    textUnits: z.number().meta({ description: 'Units of analysed text: 1 for each 1,000 characters of a text that are begun.' }),
    requests: z.number().meta({ description: 'Requests with a token or a key.' }),
  })
  .meta({ id: 'UsageAmounts' });
export type UsageAmounts = z.output<typeof amounts>;

const quotaAmount = z.number().min(0).max(Number.MAX_SAFE_INTEGER);

const quotaStanding = z
  .object({
    limit: quotaAmount.nullable().meta({ description: 'How much there is; null: no limit.', examples: [10_737_418_240] }),
    used: z.number().meta({
      description: 'How much of it is used: of `storageBytes` now, of the others since the first of the month (UTC).',
      examples: [52_428_800],
    }),
    reserved: z.number().meta({ description: 'How much more jobs that wait or run will use: minutes of audio and video.', examples: [0] }),
    resetsAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When it starts anew; null for `storageBytes`, which deleting frees.', examples: ['2026-12-01T00:00:00.000Z'] }),
  })
  .meta({ id: 'QuotaStanding' });

const byMeter = <Schema extends z.ZodType>(schema: Schema) =>
  z.object({ storageBytes: schema, audioMinutes: schema, videoMinutes: schema, textUnits: schema, requests: schema });

export const quotaStandings = byMeter(quotaStanding).meta({ id: 'Quotas', description: 'The quota of each meter.' });
export type QuotaStandings = z.output<typeof quotaStandings>;

/** Limits as operators set them: a number, or null for none of its own. */
export const quotaLimits = byMeter(quotaAmount.nullable()).meta({ id: 'QuotaLimits', description: 'The limit of each meter; null: none.' });
export type QuotaLimits = z.output<typeof quotaLimits>;

export const quotaChange = z
  .strictObject(byMeter(quotaAmount.nullable().optional()).shape)
  .meta({ id: 'QuotaChange', description: 'New limits by meter; null takes a limit away.' });
export type QuotaChange = z.output<typeof quotaChange>;

const day = z.iso.date();

export const usageReport = z
  .object({
    from: day,
    to: day,
    totals: amounts.meta({ description: '`storageBytes`: at the end of `to`; the others: from `from` to `to`.' }),
    days: z.array(z.object({ day, amounts })).meta({ description: 'Every day of the period, old to new, in UTC.' }),
  })
  .meta({ id: 'Usage' });
export type UsageReport = z.output<typeof usageReport>;

/** With the quotas, whatever the period. */
export const usageWithQuotas = usageReport
  .extend({ quotas: quotaStandings })
  .meta({ id: 'UsageReport', description: 'What an account uses, and what it may use.' });

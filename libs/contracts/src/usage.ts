/** What is counted per account: the meters, and the answer of `GET /v1/usage`. */
import * as z from 'zod';

/** `storageBytes` is a level (deletion subtracts); the others only grow. */
export const meters = ['storageBytes', 'audioMinutes', 'videoMinutes', 'textUnits', 'requests'] as const;
export type Meter = (typeof meters)[number];

const amounts = z
  .object({
    storageBytes: z.number().meta({ description: 'Bytes of your files at the end; each of your references to a file counts in full.' }),
    audioMinutes: z.number().meta({ description: 'Minutes of analysed audio.' }),
    videoMinutes: z.number().meta({ description: 'Minutes of processed video.' }),
    textUnits: z.number().meta({ description: 'Units of analysed text.' }),
    requests: z.number().meta({ description: 'Counted requests.' }),
  })
  .meta({ id: 'UsageAmounts' });
export type UsageAmounts = z.output<typeof amounts>;

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

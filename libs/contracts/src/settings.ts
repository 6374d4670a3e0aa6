/** Settings that an operator changes while a service runs: the services say which; the gateway stores the values and announces them. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { event, rpc } from './rpc.ts';
import { serviceNames } from './service-names.ts';
import { exactText } from './values.ts';

export const settingFailures = {
  'service-not-running': {
    status: 503,
    title: 'The service does not run',
    page: 'No instance of the service answered, so the values could not be checked. Nothing was changed. Start the service and send the request again.',
  },
} as const satisfies FailureTable;

const settingName = z
  .string()
  .max(100)
  .regex(/^[A-Z][A-Z0-9_]*$/, { error: 'must be the name of a variable: capital letters, digits and underscores' });
const settingText = exactText({ max: 1_000 });
/** Far beyond any setting. */
const settingNumber = z.number().min(-1e15).max(1e15);

/** Values by name, as text; what has none is as the environment or the default says. */
export const settingValues = z.record(settingName, settingText);
export type SettingValues = z.output<typeof settingValues>;

/** Asked of everybody at once: each copy of the service says what it would not take. */
export const checkSettings = rpc({
  subject: 'platform.setting.check.v1',
  request: z.strictObject({ service: z.enum(serviceNames), values: settingValues, names: z.array(settingName).max(50) }),
  reply: z.object({
    service: z.enum(serviceNames),
    instance: z.string(),
    /** Empty where the copy is of another service. */
    faults: z.array(z.object({ name: settingName, detail: z.string() })),
  }),
  failures: [],
  deadlineMs: 1_500,
});

/** Its copies read the stored values again. */
export const settingChanged = event({
  subject: 'events.setting.changed.v1',
  publishedBy: 'gateway',
  payload: z.object({ service: z.enum(serviceNames) }),
});

/** A change by name: text, number or switch; null: as the environment or the default says. */
export const settingsChange = z
  .record(settingName, z.union([settingText, settingNumber, z.boolean()]).nullable())
  .refine((change) => Object.keys(change).length <= 50, { error: 'must have at most 50 settings' })
  .meta({ id: 'SettingsChange', description: 'New values by name; null: as the environment or the default says.' });
export type SettingsChange = z.output<typeof settingsChange>;

export const operatorSettings = z
  .object({
    service: z.enum(serviceNames).meta({ description: 'The service.', examples: ['gateway'] }),
    values: settingValues.meta({ description: 'What operators have set, by name.', examples: [{ LOG_LEVEL: 'debug' }] }),
  })
  .meta({ id: 'OperatorSettings', description: 'What operators have set for a service.' });

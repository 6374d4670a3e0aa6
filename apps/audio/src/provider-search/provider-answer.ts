/** Reads answers of providers, which may be anything. Pure. */
import * as z from 'zod';
import type { UpstreamResponse } from '#compute/connections';
import { ProviderProblem } from './provider.ts';

/** Statuses that are told apart; every other one is a failure of the provider. */
function checkStatus(status: number): void {
  if (status >= 200 && status < 300) return;
  if (status === 401 || status === 403) throw new ProviderProblem('refused', `The provider refuses our credentials (${status}).`);
  if (status === 429) throw new ProviderProblem('quota-exceeded', 'The provider says that it was asked too often.');
  if (status >= 300 && status < 400) throw new ProviderProblem('failed', 'The provider redirects, which is not followed.');
  throw new ProviderProblem('failed', `The provider answers ${status}.`);
}

/** @throws ProviderProblem when the answer is an error, no JSON, or JSON of another shape */
export function readAnswer<T>({ status, body }: UpstreamResponse, schema: z.ZodType<T>): T {
  checkStatus(status);
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8')); // also of `text/javascript`, which iTunes sends
  } catch {
    throw new ProviderProblem('failed', 'The answer of the provider is no JSON.');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ProviderProblem('failed', 'The answer of the provider has another shape than expected.');
  return parsed.data;
}

/** A list of which the items that do not fit are left out; all that is beyond `max` too. */
export const listOf = <Item>(item: z.ZodType<Item>, max: number) =>
  z.array(z.unknown()).transform((values) =>
    values.slice(0, max).flatMap((value) => {
      const parsed = item.safeParse(value);
      return parsed.success ? [parsed.data] : [];
    }),
  );

const clean = (value: string) =>
  value
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 300)
    .toWellFormed()
    .normalize('NFC');

/** For people to read: one line of up to 300 characters. */
export const providerText = z.string().transform(clean);
export const optionalText = providerText.nullish().catch(null);
export const providerId = z
  .union([z.string().max(200), z.number()])
  .transform(String)
  .pipe(z.string().min(1).max(200));

const isWebAddress = (url: string) => url.length <= 2_000 && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
/** Clients open it: http and https only. */
export const webUrl = z.string().refine(isWebAddress);
export const optionalUrl = webUrl.nullish().catch(null);

/** @returns null for what is no duration of a track */
export const secondsOf = (milliseconds: number | null | undefined): number | null =>
  milliseconds && milliseconds > 0 && milliseconds < 86_400_000 * 7 ? Math.round(milliseconds) / 1_000 : null;

/** `PT4M13S`, ISO 8601; null for anything else and for 0 (live streams). */
export function parseIsoDuration(text: string): number | null {
  const [, days, hours, minutes, seconds] = /^P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?)?$/.exec(text) ?? [];
  const total = Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return total > 0 ? total : null;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", apos: "'" };
/** YouTube writes titles as HTML text. */
export const decodeEntities = (html: string): string => html.replace(/&(amp|lt|gt|quot|#39|apos);/g, (_, name: string) => entities[name]!);

const isrcPattern = /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/;
/** Upper case without hyphens; null for anything that is none. */
export function readIsrc(text: string | null | undefined): string | null {
  const code = (text ?? '').replace(/[-\s]/g, '').toUpperCase();
  return isrcPattern.test(code) ? code : null;
}

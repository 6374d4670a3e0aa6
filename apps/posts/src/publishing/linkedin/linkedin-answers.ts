/** What LinkedIn's answers mean. Pure. */
import { parseRetryAfter } from '#compute';
import { type Refusal } from '../publisher.ts';
import { type Answer, textIn } from '../publisher-http.ts';

/** `serviceErrorCode` of 401 answers. */
const expired = 65_602;

/** @returns undefined for a good answer */
export function refusalIn(answer: Answer): Refusal | undefined {
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300) return undefined;
  const detail = detailOf(answer);
  if (status === 429) return { kind: 'rate-limited', retryAfterSeconds: parseRetryAfter(headers['retry-after']), detail };
  if (status === 401) return { kind: body.serviceErrorCode === expired ? 'token-expired' : 'revoked', detail };
  if (status === 426 || body.code === 'NONEXISTENT_VERSION' || body.code === 'VERSION_MISSING') return { kind: 'version-expired', detail };
  if (status >= 500 || status === 408) return { kind: 'unreachable', mayHaveActed: true, detail };
  return { kind: 'refused', detail };
}

/** In the words of LinkedIn. */
export const detailOf = ({ status, body }: Answer): string => {
  const message = textIn(body, 'message', 500) ?? textIn(body, 'error_description', 500) ?? textIn(body, 'error', 500);
  return `LinkedIn answered ${status}${message ? `: ${message}` : '.'}`;
};

const urn = /urn:li:(?:share|ugcPost):\d{1,30}/;

/** @returns undefined unless LinkedIn refuses a duplicate; the URN of the post that it is one of, where it names it */
export function duplicateIn({ status, body }: Answer): { readonly providerId: string | null } | undefined {
  if (status !== 422 && status !== 409) return undefined;
  const text = JSON.stringify(body);
  if (!/DUPLICATE_POST|duplicate of/i.test(text)) return undefined;
  return { providerId: urn.exec(text)?.[0] ?? null };
}

export const postAddress = (id: string): string => `https://www.linkedin.com/feed/update/${id}`;

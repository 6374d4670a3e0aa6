/** What LinkedIn's answers mean. Pure. */
import type { Refusal } from '../publisher.ts';
import { type Answer, refusalOf, textIn } from '../publisher-http.ts';

/** `serviceErrorCode` of 401 answers. */
const expired = 65_602;

/** @returns undefined for a good answer */
export const refusalIn = (answer: Answer): Refusal | undefined =>
  refusalOf(answer, detailOf(answer), (status) => {
    const { code, serviceErrorCode } = answer.body;
    if (status === 401) return serviceErrorCode === expired ? 'token-expired' : 'revoked';
    return code === 'NONEXISTENT_VERSION' || code === 'VERSION_MISSING' ? 'version-expired' : undefined;
  });

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

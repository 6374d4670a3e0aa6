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

/** What the token endpoint means (RFC 6749 §5.2): a wrong client secret is for the operator to put right and says nothing about the grant. */
export const tokenRefusalIn = (answer: Answer): Refusal | undefined => {
  const { error } = answer.body;
  if (error === 'invalid_client' || error === 'unauthorized_client' || answer.status === 401)
    return {
      kind: 'unreachable',
      mayHaveActed: false,
      detail: `${detailOf(answer)} It does not accept this installation's client id and secret.`,
    };
  return refusalIn(answer);
};

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

/** One attempt at a publication: what is asked of the publisher, in which order, and what follows. No framework. */
import { type Attempted, afterLook, afterSearch, afterSending, afterTaking, type Next } from './publication-state.ts';
import { type Access, isRefusal, type OutgoingPost, type Publisher, type Refusal, withoutEffect } from './publisher.ts';

export interface Attempt {
  readonly publisher: Publisher;
  readonly post: OutgoingPost;
  readonly at: Attempted;
  /** It was taken before, or may have been: look before anything is sent. */
  readonly isUnconfirmed: boolean;
  readonly signal: AbortSignal;
  /** @param expired a token that the provider has just called expired */
  open(expired?: string): Promise<Access | Refusal>;
  /** Notes that it is sent now. @returns false when another instance has taken over: nothing may be sent then */
  begin(): Promise<boolean>;
}

/** @returns undefined when another instance has taken over */
export async function attempt(request: Attempt): Promise<Next | undefined> {
  const opened = await request.open();
  if (isRefusal(opened))
    return request.isUnconfirmed && request.at.providerId ? look(request, opened) : afterSending(request.at, withoutEffect(opened));
  const session = new Session(request, opened);
  const { at, isUnconfirmed, post, publisher } = request;
  if (isUnconfirmed && at.providerId) return session.look(at.providerId);
  if (!isUnconfirmed && !at.isUncertain) return session.send();
  const earlier = await session.call((access) => publisher.findEarlier(access, post, request.signal));
  if (earlier.kind === 'found') return session.look(earlier.providerId);
  if (at.isUncertain) return afterSearch(at, earlier) ?? session.send();
  return afterTaking(at); // the provider has confirmed it without an id: it is not sent again
}

const look = ({ at }: Attempt, refusal: Refusal): Next => afterLook(at, refusal, () => false);

/** An opened account; its token is refreshed once when the provider calls it expired. */
class Session {
  readonly #request: Attempt;
  #access: Access;
  #isRefreshed = false;

  constructor(request: Attempt, access: Access) {
    this.#request = request;
    this.#access = access;
  }

  async call<T extends { readonly kind: string }>(run: (access: Access) => Promise<T | Refusal>): Promise<T | Refusal> {
    const answer = await run(this.#access);
    if (answer.kind !== 'token-expired' || this.#isRefreshed) return answer;
    this.#isRefreshed = true;
    const opened = await this.#request.open(this.#access.secret);
    if (isRefusal(opened)) return opened;
    this.#access = opened;
    return run(opened);
  }

  async send(): Promise<Next | undefined> {
    const { publisher, post, at, signal, begin } = this.#request;
    if (!(await begin())) return undefined;
    const sending = { ...at, attempts: at.attempts + 1 };
    const sent = await this.call((access) => publisher.send(access, post, signal));
    if (sent.kind !== 'taken') return afterSending(sending, sent);
    if (!sent.providerId) return { ...afterTaking(sending), ...(sent.url ? { url: sent.url } : {}) };
    return { url: sent.url, ...(await this.look(sent.providerId)) };
  }

  /** The attempt has arrived, whatever this look finds. */
  async look(providerId: string): Promise<Next> {
    const { publisher, post, at, signal } = this.#request;
    const found = await this.call((access) => publisher.readBack(access, providerId, signal));
    const next = afterLook({ ...at, providerId }, found, (text) => publisher.isSameText(post.text, text));
    return { ...next, providerId, isUncertain: false };
  }
}

/** Publishes to LinkedIn by its Posts API. */
import { linkedinMaxUnits } from '#contracts';
import type { Access, Earlier, OutgoingFile, OutgoingPost, Publisher, ReadBack, Refusal, Sent } from '../publisher.ts';
import { isAnswer, textIn } from '../publisher-http.ts';
import { duplicateIn, postAddress, refusalIn } from './linkedin-answers.ts';
import type { LinkedInApi } from './linkedin-api.ts';
import { fromLittleText, isSamePost, toLittleText } from './little-text.ts';
import { uploadMedia } from './upload-media.ts';

const document = 'application/pdf';
const recentPosts = 10;

export class LinkedInPublisher implements Publisher {
  readonly name = 'linkedin';
  readonly title = 'LinkedIn';
  readonly connectBy = 'authorization';
  readonly textMaxUnits = linkedinMaxUnits;
  readonly attachmentsMax = 20;
  readonly #api: LinkedInApi;

  constructor(api: LinkedInApi) {
    this.#api = api;
  }

  get isConfigured(): boolean {
    const { clientId, clientSecret, callbackUrl } = this.#api.settings;
    return Boolean(clientId && clientSecret && callbackUrl);
  }

  faultOfFiles(files: readonly Pick<OutgoingFile, 'contentType'>[]): string | undefined {
    const documents = files.filter(({ contentType }) => contentType === document).length;
    return documents > 0 && files.length > 1 ? 'LinkedIn shows either one document or pictures.' : undefined;
  }

  async send(access: Access, post: OutgoingPost, signal: AbortSignal): Promise<Sent> {
    const media = await uploadMedia(this.#api, access, post.files, signal);
    if ('kind' in media) return media;
    const body = {
      author: access.author,
      commentary: toLittleText(post.text),
      visibility: 'PUBLIC',
      distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
      ...contentOf(media.ids, post.files),
      lifecycleState: 'PUBLISHED',
      isReshareDisabledByAuthor: false,
    };
    const answer = await this.#api.rest(access, { path: '/rest/posts', method: 'POST', body, signal });
    if (!isAnswer(answer)) return answer;
    const refusal = refusalIn(answer);
    const duplicate = refusal && duplicateIn(answer);
    if (duplicate) return { kind: 'duplicate', providerId: duplicate.providerId, detail: refusal.detail };
    if (refusal) return refusal;
    const id = urnIn(answer.headers['x-restli-id']) ?? urnIn(answer.headers['x-linkedin-id']);
    return { kind: 'taken', providerId: id, url: id && postAddress(id) };
  }

  async readBack(access: Access, providerId: string, signal: AbortSignal): Promise<ReadBack> {
    const answer = await this.#api.rest(access, { path: `/rest/posts/${encodeURIComponent(providerId)}`, signal });
    if (!isAnswer(answer)) return answer;
    if (answer.status === 403)
      return { kind: 'unreadable', detail: 'The permission of this account allows to write posts, not to read them.' };
    if (answer.status === 404 || answer.status === 410) return { kind: 'missing' };
    const refusal: Refusal | undefined = refusalIn(answer);
    if (refusal) return refusal;
    const commentary = textIn(answer.body, 'commentary', 50_000);
    if (commentary === null || (answer.body.lifecycleState ?? 'PUBLISHED') !== 'PUBLISHED') return { kind: 'missing' };
    return { kind: 'found', text: fromLittleText(commentary), url: postAddress(providerId) };
  }

  /** Without the permission to read, LinkedIn's own refusal of duplicates stands against a second post. */
  async findEarlier(access: Access, { text }: OutgoingPost, signal: AbortSignal): Promise<Earlier> {
    const path = `/rest/posts?author=${encodeURIComponent(access.author)}&q=author&count=${recentPosts}&sortBy=CREATED`;
    const answer = await this.#api.rest(access, { path, headers: { 'x-restli-method': 'FINDER' }, signal });
    if (!isAnswer(answer)) return answer;
    const refusal = refusalIn(answer);
    if (refusal) return refusal.kind === 'refused' ? { kind: 'unknown' } : refusal;
    const elements: unknown[] = Array.isArray(answer.body.elements) ? answer.body.elements : [];
    const same = elements
      .map((element) => (typeof element === 'object' && element !== null ? (element as Record<string, unknown>) : {}))
      .find(({ commentary }) => typeof commentary === 'string' && this.isSameText(text, fromLittleText(commentary)));
    const id = urnIn(same?.id);
    return id ? { kind: 'found', providerId: id } : { kind: 'none' };
  }

  isSameText(sent: string, found: string): boolean {
    return isSamePost(sent, found);
  }
}

const urnIn = (value: unknown): string | null =>
  typeof value === 'string' && /^urn:li:(?:share|ugcPost):\d{1,30}$/.test(value) ? value : null;

function contentOf(ids: readonly string[], files: readonly OutgoingFile[]): object {
  const [id] = ids;
  if (!id) return {};
  if (ids.length > 1) return { content: { multiImage: { images: ids.map((each) => ({ id: each })) } } };
  return { content: { media: files[0]!.contentType === document ? { id, title: files[0]!.fileName } : { id } } };
}

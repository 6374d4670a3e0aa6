/** Where the resources are that a sent file can become. */
import type { MadeResource, MediaKind } from '#contracts';

/** Where a file went. */
interface MadeOf {
  readonly kind: MediaKind;
  readonly id: string;
  /** Of documents. */
  readonly collectionId?: string | undefined;
}

const made: Readonly<Record<MediaKind, (made: MadeOf) => Pick<MadeResource, 'kind'> & { readonly path: `/v1/${string}` }>> = {
  track: () => ({ kind: 'track', path: '/v1/tracks' }),
  video: () => ({ kind: 'video', path: '/v1/videos' }),
  documents: ({ collectionId }) => ({ kind: 'load', path: `/v1/collections/${collectionId}/loads` }),
};

/** What a sent file has become, with the link to it. */
export function madeResourceOf(of: MadeOf): MadeResource {
  const { kind, path } = made[of.kind](of);
  return { kind, id: of.id, links: { self: `${path}/${of.id}` } };
}

import { Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import { camelotOf, Failure, orderedItemsMax, type ReplyOf, type RequestOf, type suggestPlaylistOrder } from '#contracts';
import { requireCall } from '#platform';
import { type HarmonicOrder, type Mixable, transitionBetween } from './order/harmonic-order.ts';
import type { OrderInput } from './order/harmonic-order.worker.ts';
import { PlaylistService } from './playlist.service.ts';
import { PlaylistItemStore } from './playlist-item.store.ts';

const orderItems = task<OrderInput, HarmonicOrder>('./order/harmonic-order.worker', import.meta.url);

@Injectable() // suggests the order in which the tracks of a playlist mix
export class PlaylistOrderService {
  constructor(
    private readonly playlists: PlaylistService,
    private readonly items: PlaylistItemStore,
    private readonly compute: Compute,
  ) {}

  /** @throws Failure `playlist-not-found`, `playlist-item-not-found`, `playlist-too-long-to-order`, `overloaded`, `cancelled` */
  async suggest({ playlistId, start }: RequestOf<typeof suggestPlaylistOrder>): Promise<ReplyOf<typeof suggestPlaylistOrder>> {
    const { itemCount } = await this.playlists.get(playlistId);
    if (itemCount > orderedItemsMax)
      throw new Failure('playlist-too-long-to-order', `The playlist has ${itemCount} items; at most ${orderedItemsMax} are ordered.`);
    const { items } = await this.items.page(playlistId, { limit: orderedItemsMax });
    const first = start === undefined ? undefined : items.findIndex(({ id }) => id === start);
    if (first === -1) throw new Failure('playlist-item-not-found', 'The playlist has no item `start`.');
    const mixable = items.map(({ track: { bpm, key, mode } }) => ({ bpm, key, mode }) as Mixable);
    const { order, presentCost, suggestedCost } = await this.compute.run(
      orderItems,
      { items: mixable, ...(first === undefined ? {} : { start: first }) },
      requireCall(),
    );
    const ordered = order.map((index, at) => {
      const [item, sound] = [items[index]!, mixable[index]!];
      const transition = at === 0 ? null : transitionBetween(mixable[order[at - 1]!]!, sound);
      return {
        itemId: item.id,
        trackId: item.trackId,
        position: item.position,
        bpm: sound.bpm,
        camelot: camelotOf(sound.key, sound.mode),
        transition,
      };
    });
    return { items: ordered, nextCursor: null, presentCost, suggestedCost };
  }
}

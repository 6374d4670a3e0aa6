/** What renditions need to know of the video that they are made from. */
import type { EntityManager } from 'typeorm';
import type { PresetSource } from './presets.ts';

export interface SourceVideo extends PresetSource {
  readonly sha256: string;
  readonly title: string;
}

/** Token of {@link SourceVideos}. */
export const SOURCE_VIDEOS = Symbol('source videos');

export interface SourceVideos {
  /** @returns null when the owner has no such video */
  find(videoId: string, ownerId: string): Promise<SourceVideo | null>;
  /** Keeps the video from being deleted before `tx` has ended. @returns false when the owner has no such video */
  hold(tx: EntityManager, videoId: string, ownerId: string): Promise<boolean>;
}

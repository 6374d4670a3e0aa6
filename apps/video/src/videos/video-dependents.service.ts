import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What is made from a video and goes with it, e.g. its renditions. */
export interface VideoDependent {
  /** Ends the work on it; called before the video is deleted. */
  cancelAll(videoId: string): Promise<void>;
  /** Deletes it in `tx`, which deletes the video. @returns its bytes, which the caller gives back to the owner last */
  removeAll(tx: EntityManager, videoId: string): Promise<number>;
}

@Injectable() // knows what else has to go when a video is deleted
export class VideoDependents {
  private readonly dependents: VideoDependent[] = [];

  add(dependent: VideoDependent): void {
    this.dependents.push(dependent);
  }

  async cancelAll(videoId: string): Promise<void> {
    for (const dependent of this.dependents) await dependent.cancelAll(videoId);
  }

  /** @returns the bytes of all: the usage is locked after the rows of the last one */
  async removeAll(tx: EntityManager, videoId: string): Promise<number> {
    let bytes = 0;
    for (const dependent of this.dependents) bytes += await dependent.removeAll(tx, videoId);
    return bytes;
  }
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What is made from a video and goes with it, e.g. its renditions. */
export interface VideoDependent {
  /** Ends the work on it; called before the video is deleted. */
  cancelAll(videoId: string): Promise<void>;
  /** Deletes it in `tx`, which deletes the video. */
  removeAll(tx: EntityManager, videoId: string): Promise<void>;
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

  async removeAll(tx: EntityManager, videoId: string): Promise<void> {
    for (const dependent of this.dependents) await dependent.removeAll(tx, videoId);
  }
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What the deletion of a video has taken away with it. */
export interface RemovedDependents {
  /** Given back to the owner last, in the same transaction: the usage is locked after all other rows. */
  readonly bytes: number;
  /** Jobs that may still work on it; cancelled once the deletion is committed. */
  readonly jobIds: readonly string[];
}

/** What is made from a video and goes with it, e.g. its renditions. */
export interface VideoDependent {
  /** Deletes it in `tx`, which deletes the video. */
  removeAll(tx: EntityManager, videoId: string): Promise<RemovedDependents>;
}

@Injectable() // knows what else has to go when a video is deleted
export class VideoDependents {
  private readonly dependents: VideoDependent[] = [];

  add(dependent: VideoDependent): void {
    this.dependents.push(dependent);
  }

  async removeAll(tx: EntityManager, videoId: string): Promise<RemovedDependents> {
    const removed: RemovedDependents[] = [];
    for (const dependent of this.dependents) removed.push(await dependent.removeAll(tx, videoId));
    return { bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0), jobIds: removed.flatMap(({ jobIds }) => jobIds) };
  }
}

import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { Failure } from '#contracts';
import { Bus, Database, Lifecycle, Log, openCall, runInCall } from '#platform';
import { isInternal } from '../jobs/internal-jobs.ts';
import { announcedResources, type EventNoun } from './announced-resources.ts';
import { AnnouncementStore, type Told } from './announcement.store.ts';
import { type Announcement, dataOf, isCurrent, messageOf, metadataOf } from './owner-event.ts';

const pollMs = 500;
const pruneEveryMs = 60_000;
const readWithinMs = 5_000;

@Injectable() // makes messages of announcements, for webhooks and event streams
export class EventDispatcher implements OnApplicationBootstrap {
  private prunedAtMs = 0;

  constructor(
    private readonly store: AnnouncementStore,
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const loop = {
      purpose: 'dispatch events',
      log: this.log,
      signal: this.lifecycle.stopping,
      wake: new WakeSignal(),
      step: () => this.step(),
    };
    const running = this.database.whenOpen().then(() => runBackgroundLoop(loop));
    this.lifecycle.onDrain('events', () => (this.database.sourceOrNone ? running : undefined));
  }

  private async step(): Promise<number> {
    if (performance.now() - this.prunedAtMs > pruneEveryMs && !(await this.store.prune())) this.prunedAtMs = performance.now();
    return (await this.store.step((batch) => this.tell(batch))) > 0 ? 0 : pollMs;
  }

  private async tell(batch: readonly Announcement[]): Promise<{ told: Told[]; later: string[] }> {
    const told: Told[] = [];
    const later: string[] = [];
    const all = await Promise.all(batch.map((announcement) => this.dataOf(announcement)));
    for (const [index, data] of all.entries()) {
      const announcement = batch[index]!;
      if (data === 'later') later.push(announcement.id);
      else if (data) told.push({ announcement, message: messageOf(announcement, data), metadata: metadataOf(data) });
    }
    return { told, later };
  }

  /** @returns undefined when there is nothing to tell any more; `later` while the service of the resource does not answer */
  private async dataOf(announcement: Announcement): Promise<object | 'later' | undefined> {
    const { noun, body, type, ownerId, resourceId } = announcement;
    if (noun === 'job' && body && isInternal(body)) return undefined;
    if (body) return dataOf({ noun, body });
    if (!isAnnounced(noun)) return undefined;
    const { get, requestOf, present } = announcedResources[noun];
    const call = { ...openCall({ deadlineMs: readWithinMs }), subject: ownerId };
    try {
      const data = present(await runInCall(call, () => this.bus.call(get, requestOf(resourceId))));
      return isCurrent(type, data) ? data : undefined;
    } catch (error) {
      const failure = Failure.from(error);
      if (get.failures.includes(failure.code)) return undefined; // it is gone: its deletion is announced as well
      this.log.warn({ err: failure, type, resourceId }, 'failed to read the resource of an event; retrying');
      return 'later';
    }
  }
}

const isAnnounced = (noun: string): noun is EventNoun => Object.hasOwn(announcedResources, noun);

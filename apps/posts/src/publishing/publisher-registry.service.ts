import { Injectable } from '@nestjs/common';
import { Failure, type PublisherName } from '#contracts';
import type { Authorizer, Publisher } from './publisher.ts';

export interface RegisteredPublisher {
  readonly publisher: Publisher;
  /** Where accounts are connected by permission. */
  readonly authorizer?: Authorizer;
}

@Injectable() // the publishers of this installation, by name
export class PublisherRegistry {
  constructor(private readonly entries: readonly RegisteredPublisher[]) {}

  get all(): readonly Publisher[] {
    return this.entries.map(({ publisher }) => publisher);
  }

  get(name: PublisherName): RegisteredPublisher {
    return this.entries.find(({ publisher }) => publisher.name === name)!;
  }

  /** @throws Failure `publisher-not-configured` */
  getConfigured(name: PublisherName): RegisteredPublisher {
    const entry = this.get(name);
    if (entry.publisher.isConfigured) return entry;
    throw new Failure('publisher-not-configured', `${entry.publisher.title} is not configured on this installation.`);
  }
}

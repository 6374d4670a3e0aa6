import { Injectable } from '@nestjs/common';
import { PopularityStore, type Report } from './popularity.store.ts';
import { worthWarming } from './worth-warming.ts';

@Injectable() // which keys a new instance should warm
export class PopularityService {
  constructor(private readonly store: PopularityStore) {}

  async report(service: string, namespaces: readonly Report[]): Promise<void> {
    for (const namespace of namespaces) await this.store.add(service, namespace);
  }

  /** The keys to warm, the most used first; only a few for a namespace where warmed keys were rarely read. */
  async hot(service: string, count: number): Promise<{ namespace: string; keys: string[] }[]> {
    const [hottest, tries] = await Promise.all([this.store.hottest(service, count), this.store.warmedKeys(service)]);
    const tried = new Map(tries.map(({ namespace, ...rest }) => [namespace, rest]));
    return hottest.map(({ namespace, keys }) => ({ namespace, keys: keys.slice(0, worthWarming(count, tried.get(namespace))) }));
  }

  /** The most used keys of one namespace, regardless of earlier warming results. */
  async hotOf(service: string, namespace: string, count: number): Promise<string[]> {
    return (await this.store.hottest(service, count)).find((found) => found.namespace === namespace)?.keys ?? [];
  }
}

import { Injectable } from '@nestjs/common';
import { PopularityStore, type Report } from './popularity.store.ts';
import { worthWarming } from './worth-warming.ts';

@Injectable() // knows what instances should begin with
export class PopularityService {
  constructor(private readonly store: PopularityStore) {}

  async report(service: string, namespaces: readonly Report[]): Promise<void> {
    for (const namespace of namespaces) await this.store.add(service, namespace);
  }

  /** The keys to warm, the best first; few of a namespace where warming proved to be of no use. */
  async hot(service: string, count: number): Promise<{ namespace: string; keys: string[] }[]> {
    const [hottest, tries] = await Promise.all([this.store.hottest(service, count), this.store.warmth(service)]);
    const tried = new Map(tries.map(({ namespace, ...rest }) => [namespace, rest]));
    return hottest.map(({ namespace, keys }) => ({ namespace, keys: keys.slice(0, worthWarming(count, tried.get(namespace))) }));
  }

  /** The most popular keys of one namespace, however warming did. */
  async hotOf(service: string, namespace: string, count: number): Promise<string[]> {
    return (await this.store.hottest(service, count)).find((found) => found.namespace === namespace)?.keys ?? [];
  }
}

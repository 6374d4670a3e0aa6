import { Injectable } from '@nestjs/common';
import {
  configureHere,
  type configureNamespace,
  describeCache,
  Failure,
  type getCacheNamespace,
  type ReplyOf,
  type RequestOf,
} from '#contracts';
import { Bus } from '#platform';
import { changedMeanwhile, requireRevision } from '#storage';
import { noInstanceHas } from '../operators/operators.service.ts';
import { mergeSettings } from './merge-settings.ts';
import { SettingsStore } from './settings.store.ts';

type Answer = ReplyOf<typeof configureHere>;

const gatherMs = 500;

@Injectable() // applies operators' settings to running instances and stores them
export class SettingsService {
  constructor(
    private readonly bus: Bus,
    private readonly store: SettingsStore,
  ) {}

  /** @throws Failure `not-found` when no instance has the namespace */
  async get({ service, namespace }: RequestOf<typeof getCacheNamespace>) {
    const all = await this.bus.gather(describeCache, {}, { waitMs: gatherMs });
    const having = all.filter((found) => found.service === service && Object.hasOwn(found.namespaces, namespace));
    if (having.length === 0) throw noInstanceHas({ service, namespace });
    const revision = await this.store.revisionOf(service, namespace);
    const settings = (await this.store.of(service))[namespace] ?? {};
    return { service, namespace, settings, instances: having.map(({ instance }) => ({ service, instance })), revision };
  }

  /**
   * Applies the change to the running instances and stores it when none refuses. Instances that start later or missed it read the stored settings.
   *
   * @throws Failure `not-found` when no instance has the namespace, `request-invalid` when an instance refuses, `precondition-failed` when somebody else
   * has changed them since the caller read them (both: all instances are reset)
   */
  async configure({ service, namespace, change, ifRevision }: RequestOf<typeof configureNamespace>) {
    if (ifRevision !== undefined) requireRevision({ revision: await this.store.revisionOf(service, namespace) }, ifRevision);
    const before = await this.store.of(service);
    const settings = mergeSettings(before[namespace] ?? {}, change);
    const answers = await this.broadcast(service, { ...before, [namespace]: settings });
    if (!answers.some(({ knows }) => knows.includes(namespace))) throw noInstanceHas({ service, namespace });
    const refused = answers.find((answer) => answer.refused !== null)?.refused;
    if (refused) {
      await this.broadcast(service, before);
      throw new Failure('request-invalid', `An instance refused the settings: ${refused}.`);
    }
    const revision = await this.store.save(service, namespace, settings, ifRevision);
    if (revision === undefined) {
      await this.broadcast(service, await this.store.of(service));
      throw changedMeanwhile();
    }
    return { service, namespace, settings, instances: answers.map(({ instance }) => ({ service, instance })), revision };
  }

  private async broadcast(service: Answer['service'], settings: RequestOf<typeof configureHere>['settings']): Promise<Answer[]> {
    const answers = await this.bus.gather(configureHere, { service, settings }, { waitMs: gatherMs });
    return answers.filter((answer) => answer.service === service);
  }
}

import { Injectable } from '@nestjs/common';
import { configureHere, type configureNamespace, Failure, type ReplyOf, type RequestOf } from '#contracts';
import { Bus } from '#platform';
import { nobodyHas } from '../operators/operators.service.ts';
import { mergeSettings } from './merge-settings.ts';
import { SettingsStore } from './settings.store.ts';

type Answer = ReplyOf<typeof configureHere>;

const gatherMs = 500;

@Injectable() // changes how namespaces are kept, everywhere and for good
export class SettingsService {
  constructor(
    private readonly bus: Bus,
    private readonly store: SettingsStore,
  ) {}

  /**
   * The instances try it first; it is written down when all of them can. Those that start later, or did not hear, read what is written.
   *
   * @throws Failure `not-found` when no instance has the namespace, `request-invalid` when one cannot (all are told to go back)
   */
  async configure({ service, namespace, change }: RequestOf<typeof configureNamespace>) {
    const before = await this.store.of(service);
    const settings = mergeSettings(before[namespace] ?? {}, change);
    const answers = await this.tell(service, { ...before, [namespace]: settings });
    if (!answers.some(({ knows }) => knows.includes(namespace))) throw nobodyHas({ service, namespace });
    const refused = answers.find((answer) => answer.refused !== null)?.refused;
    if (refused) {
      await this.tell(service, before);
      throw new Failure('request-invalid', `An instance cannot do that: ${refused}.`);
    }
    await this.store.save(service, namespace, settings);
    return { settings, instances: answers.map(({ instance }) => ({ service, instance })) };
  }

  private async tell(service: Answer['service'], settings: RequestOf<typeof configureHere>['settings']): Promise<Answer[]> {
    const answers = await this.bus.gather(configureHere, { service, settings }, { waitMs: gatherMs });
    return answers.filter((answer) => answer.service === service);
  }
}

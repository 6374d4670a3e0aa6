import { Injectable } from '@nestjs/common';
import { configureHere, type configureNamespace, Failure, type ReplyOf, type RequestOf } from '#contracts';
import { Bus } from '#platform';
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

  /**
   * Applies the change to the running instances and stores it when none refuses. Instances that start later or missed it read the stored settings.
   *
   * @throws Failure `not-found` when no instance has the namespace, `request-invalid` when an instance refuses (all are reset)
   */
  async configure({ service, namespace, change }: RequestOf<typeof configureNamespace>) {
    const before = await this.store.of(service);
    const settings = mergeSettings(before[namespace] ?? {}, change);
    const answers = await this.broadcast(service, { ...before, [namespace]: settings });
    if (!answers.some(({ knows }) => knows.includes(namespace))) throw noInstanceHas({ service, namespace });
    const refused = answers.find((answer) => answer.refused !== null)?.refused;
    if (refused) {
      await this.broadcast(service, before);
      throw new Failure('request-invalid', `An instance refused the settings: ${refused}.`);
    }
    await this.store.save(service, namespace, settings);
    return { settings, instances: answers.map(({ instance }) => ({ service, instance })) };
  }

  private async broadcast(service: Answer['service'], settings: RequestOf<typeof configureHere>['settings']): Promise<Answer[]> {
    const answers = await this.bus.gather(configureHere, { service, settings }, { waitMs: gatherMs });
    return answers.filter((answer) => answer.service === service);
  }
}

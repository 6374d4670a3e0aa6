import { Injectable } from '@nestjs/common';
import { checkSettings, Failure, type ServiceName, type SettingValues, settingChanged } from '#contracts';
import { Bus, Database, loadSettings, saveSettings } from '#platform';

const gatherMs = 500;

type Change = Readonly<Record<string, string | number | boolean | null>>;

@Injectable() // has values of settings checked by the service itself, stores and announces them
export class Settings {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
  ) {}

  async get(service: ServiceName): Promise<{ service: ServiceName; values: SettingValues }> {
    return { service, values: await loadSettings(this.database.source, service) };
  }

  /** @throws Failure service-not-running; request-invalid with what an instance of the service says */
  async change(service: ServiceName, change: Change) {
    const texts = Object.entries(change).map(([name, value]) => [name, value === null ? null : String(value)] as const);
    await this.#check(service, texts);
    await this.database.transaction((tx) => saveSettings(tx, service, Object.fromEntries(texts)));
    this.bus.publish(settingChanged, { service });
    return this.get(service);
  }

  async #check(service: ServiceName, texts: readonly (readonly [string, string | null])[]): Promise<void> {
    const values = Object.fromEntries(texts.filter((entry): entry is readonly [string, string] => entry[1] !== null));
    const request = { service, values, names: texts.map(([name]) => name) };
    const answers = (await this.bus.gather(checkSettings, request, { waitMs: gatherMs })).filter((answer) => answer.service === service);
    if (answers.length === 0) throw new Failure('service-not-running', `No instance of ${service} answered.`);
    const refusal = answers.find(({ faults }) => faults.length > 0);
    if (!refusal) return;
    const errors = refusal.faults.map(({ name, detail }) => ({ pointer: `/body/${name}`, code: 'invalid', detail }));
    throw new Failure('request-invalid', `${service} does not take these settings.`, { errors });
  }
}

import { Injectable } from '@nestjs/common';
import { checkSettings, Failure, type ServiceName, type SettingsChange, type SettingValues, settingChanged } from '#contracts';
import { Bus, Database, loadSettings, saveSettings } from '#platform';
import { SecurityEventStore } from '../identity/security-event.store.ts';

const gatherMs = 500;

@Injectable() // has values of settings checked by the service itself, stores and announces them
export class Settings {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly events: SecurityEventStore,
  ) {}

  async get(service: ServiceName): Promise<{ service: ServiceName; values: SettingValues }> {
    return { service, values: await loadSettings(this.database.source, service) };
  }

  /**
   * @param by the operator, for the audit log
   * @throws Failure service-not-running; request-invalid with what an instance of the service says
   */
  async change(service: ServiceName, change: SettingsChange, by: { readonly userId: string; readonly address: string }) {
    const texts = Object.entries(change).map(([name, value]) => [name, value === null ? null : String(value)] as const);
    await this.#check(service, texts);
    const event = { kind: 'settings-changed', ...by, changed: texts.map(([name]) => `${service}.${name}`) } as const;
    await this.database.transaction(async (tx) => {
      await saveSettings(tx, service, Object.fromEntries(texts));
      await this.events.record(event, tx);
    });
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

/** Answers, for this copy, whether values of settings are allowed; reads the stored ones at the start, when they change, and every half a minute. */
import { Controller, Inject, type OnApplicationBootstrap } from '@nestjs/common';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { checkSettings, type RequestOf, settingChanged } from '#contracts';
import { Bus } from '../bus/bus.ts';
import { Handles } from '../bus/handles.decorator.ts';
import { Database } from '../database/database.ts';
import { Log } from '../logs/log.ts';
import { PROCESS_IDENTITY, type ProcessIdentity } from '../probes/describe.handler.ts';
import { Lifecycle } from '../probes/lifecycle.ts';
import { RuntimeSettings } from './runtime-settings.ts';
import { loadSettings } from './settings.store.ts';

const pollMs = 30_000;

@Controller()
export class SettingsHandler implements OnApplicationBootstrap {
  private readonly wake = new WakeSignal();

  constructor(
    @Inject(PROCESS_IDENTITY) private readonly identity: ProcessIdentity,
    private readonly settings: RuntimeSettings,
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly lifecycle: Lifecycle,
    private readonly log: Log,
  ) {}

  @Handles(checkSettings, { everyCopy: true })
  check({ service, names, values }: RequestOf<typeof checkSettings>) {
    const { service: own, instance } = this.identity;
    return { service: own, instance, faults: service === own ? this.settings.check(names, values) : [] };
  }

  onApplicationBootstrap(): void {
    this.bus
      .subscribe(settingChanged, ({ service }) => {
        if (service === this.identity.service) this.wake.notify();
      })
      .catch((error: unknown) => this.log.debug({ err: error }, 'closed before NATS was connected'));
    const { stopping: signal } = this.lifecycle;
    const step = async () => {
      const refused = this.settings.apply(await loadSettings(this.database.source, this.identity.service));
      if (refused.length > 0) this.log.warn({ settings: refused }, 'stored settings do not fit; the environment is used');
      return pollMs;
    };
    const run = () => runBackgroundLoop({ purpose: 'read settings', log: this.log, signal, wake: this.wake, step });
    const running = this.database.whenOpen().then(() => (this.database.sourceOrNone ? run() : undefined));
    this.lifecycle.onDrain('settings', () => (this.database.sourceOrNone ? running : undefined));
  }
}

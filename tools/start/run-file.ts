import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceName } from '#contracts/services';
import type { DemoAccess, DemoUser } from './demo.ts';
import type { Infrastructure, InfrastructureName } from './infrastructure.ts';
import { infrastructureNames } from './infrastructure.ts';
import type { Service } from './services.ts';
import { StateFile } from './started-processes.ts';

/** What `.rafaga/run.json` says to a program while we run. */
export interface RunState {
  /** false from the moment a process of ours ends until it answers again */
  readonly ready: boolean;
  readonly gatewayUrl: string | null;
  readonly docsUrl: string | null;
  readonly demo: DemoAccess | null;
  readonly operator: DemoUser | null;
  readonly services: Partial<Record<ServiceName, { pid: number; probeUrl: string; metricsUrl: string }>>;
  /** Addresses of Prometheus and Alertmanager, with `--observe`. */
  readonly observers?: Readonly<Record<string, string>>;
  /** pid and command are null for a server that an environment variable names */
  readonly infrastructure: Record<InfrastructureName, { url: string; pid: number | null; command: string | null }>;
}

export function runState(
  infrastructure: Infrastructure,
  services: readonly Service[],
  { demo, operator }: { readonly demo: DemoAccess | undefined; readonly operator: DemoUser | undefined },
  ready: boolean,
): RunState {
  const gatewayUrl = services.find(({ name }) => name === 'gateway')?.server.url ?? null;
  return {
    ready,
    gatewayUrl,
    docsUrl: gatewayUrl && `${gatewayUrl}/docs/`,
    demo: demo ?? null,
    operator: operator ?? null,
    services: Object.fromEntries(
      services.map(({ name, server }) => [
        name,
        { pid: server.pid, probeUrl: `${server.url}/health/ready`, metricsUrl: `${server.url}/metrics` },
      ]),
    ),
    infrastructure: Object.fromEntries(
      infrastructureNames.map((name) => [name, describeServer(infrastructure, name)]),
    ) as RunState['infrastructure'],
  };
}

function describeServer({ urls, own }: Infrastructure, name: InfrastructureName) {
  const server = own.get(name);
  return { url: urls[name], pid: server?.pid ?? null, command: server?.command ?? null };
}

/** run.json and, for the `curl` people paste, the token alone in a file; both gone once we stop. */
export class RunFiles {
  readonly tokenPath: string;
  readonly #run: StateFile<RunState>;

  constructor(folder: string) {
    this.#run = new StateFile(folder, 'run.json');
    this.tokenPath = join(folder, 'token');
  }

  write(state: RunState): void {
    if (state.demo) writeFileSync(this.tokenPath, state.demo.token, { mode: 0o600 });
    this.#run.write(state);
  }

  remove(): void {
    this.#run.remove();
    new StateFile(this.tokenPath, '.').remove();
  }
}

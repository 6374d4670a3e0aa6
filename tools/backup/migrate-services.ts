/** The migrations of all services, made by the services themselves: `main.js migrate`. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ServiceName, serviceNames } from '#contracts/services';
import { root } from '../setup/paths.ts';

const run = promisify(execFile);
const timeoutMs = 600_000;
/** Required by the configuration of every service, and not used by a migration. */
const placeholders = {
  NATS_URL: 'nats://127.0.0.1:4222',
  REDIS_URL: 'redis://127.0.0.1:6379',
  BLOB_STORE_URL: 'file:///nonexistent',
  GATEWAY_KEY_PATH: '/nonexistent/identity.key',
  LOG_LEVEL: 'silent',
};

async function migrate(service: string, words: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const program = join(root, 'dist/apps', service, 'src/main.js');
  const env = { ...placeholders, ...environment };
  try {
    return (await run(process.execPath, [program, 'migrate', ...words], { env, timeout: timeoutMs, maxBuffer: 1 << 22 })).stdout;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(`The migrations of ${service} failed: ${(stderr || message).slice(-2_000)}`);
  }
}

/** Lists the migrations of services, and makes some of them; a service that has none of these is not started again. */
export class ServiceMigrations {
  readonly #databaseUrl: string;
  readonly #services: readonly ServiceName[];
  readonly #lists = new Map<ServiceName, readonly string[]>();

  /** @param databaseUrl reaches the services in their environment, not on their command line */
  constructor(databaseUrl: string, services: readonly ServiceName[] = serviceNames) {
    this.#databaseUrl = databaseUrl;
    this.#services = services;
  }

  /** The same services on another database, without asking them for their lists again. */
  on(databaseUrl: string): ServiceMigrations {
    const other = new ServiceMigrations(databaseUrl, this.#services);
    for (const [service, steps] of this.#lists) other.#lists.set(service, steps);
    return other;
  }

  /** Every step that the services know, as `schema.Name`. */
  async known(): Promise<ReadonlySet<string>> {
    for (const service of this.#services) {
      if (this.#lists.has(service)) continue;
      this.#lists.set(service, JSON.parse(await this.#migrate(service, ['--list'])) as string[]);
    }
    return new Set([...this.#lists.values()].flat());
  }

  async make(steps: readonly string[]): Promise<void> {
    await this.known();
    const folder = await mkdtemp(join(tmpdir(), 'rafaga-migrate-'));
    const file = join(folder, 'steps.json');
    try {
      await writeFile(file, JSON.stringify(steps));
      for (const [service, own] of this.#lists)
        if (own.some((step) => steps.includes(step))) await this.#migrate(service, ['--only', file]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  #migrate(service: ServiceName, words: readonly string[]): Promise<string> {
    return migrate(service, words, { ...process.env, DATABASE_URL: this.#databaseUrl });
  }
}

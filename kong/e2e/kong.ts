/** Starts Kong, installed or from its image, with the settings of docker-compose.yml. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findTool, freePort, type ManagedServer, startServer } from '#testing/servers';

export const image = 'kong:3.9.1';

const errorTemplate = join(import.meta.dirname, '../../deploy/compose/kong-error.json');

/** @returns why Kong is not available; undefined when it is */
export function kongMissing(): string | undefined {
  if (findTool('kong')) return undefined;
  const docker = findTool('docker');
  if (!docker) return 'there is neither a kong program nor Docker on this machine';
  const answer = spawnSync(docker, ['info', '--format', '{{.ServerVersion}}'], { encoding: 'utf8', timeout: 10_000 });
  return answer.status === 0 ? undefined : 'kong is not installed and the Docker engine does not respond';
}

const settings = (file: string, template: string, port: number, statusPort: number) => ({
  KONG_DATABASE: 'off',
  KONG_DECLARATIVE_CONFIG: file,
  KONG_PROXY_LISTEN: `127.0.0.1:${port}`,
  KONG_STATUS_LISTEN: `127.0.0.1:${statusPort}`,
  KONG_ADMIN_LISTEN: 'off',
  KONG_HEADERS: 'off',
  KONG_ANONYMOUS_REPORTS: 'off',
  KONG_UNTRUSTED_LUA: 'off',
  KONG_ERROR_TEMPLATE_JSON: template,
  KONG_ERROR_DEFAULT_TYPE: 'application/json',
  KONG_NGINX_WORKER_PROCESSES: '1',
  KONG_NGINX_HTTP_CLIENT_MAX_BODY_SIZE: '2049m',
});

export async function startKong(file: string, port: number, folder: string): Promise<ManagedServer> {
  const statusPort = await freePort();
  const program = findTool('kong');
  const env = { ...settings(file, errorTemplate, port, statusPort), KONG_PREFIX: join(folder, 'prefix') };
  mkdirSync(env.KONG_PREFIX, { recursive: true });
  const plan = { name: 'kong', url: `http://127.0.0.1:${port}`, logFile: join(folder, 'kong.log'), startDeadlineMs: 60_000 };
  const isReady = async () => (await fetch(`http://127.0.0.1:${statusPort}/status/ready`)).ok;
  if (program) {
    return startServer({
      ...plan,
      isReady,
      command: program,
      args: ['start', '--nginx-conf-flags', 'daemon off;'],
      env: { ...process.env, ...env },
    });
  }
  const given = Object.entries(settings('/kong/kong.yml', '/kong/error.json', port, statusPort)).flatMap(([name, value]) => [
    '--env',
    `${name}=${value}`,
  ]);
  const mount = ['--volume', `${file}:/kong/kong.yml:ro`, '--volume', `${errorTemplate}:/kong/error.json:ro`];
  return startServer({
    ...plan,
    isReady,
    command: findTool('docker')!,
    args: ['run', '--rm', '--init', '--network', 'host', ...mount, ...given, image],
  });
}

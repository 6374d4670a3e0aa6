/** Starts Kong, installed or from its image, with the settings of docker-compose.yml. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findTool, freePort, type ManagedServer, startServer } from '#testing/servers';
import { kongImage } from '../environment.ts';
import { kongSettingsOf } from './settings.ts';

const templates = join(import.meta.dirname, '../../deploy/compose');
const lua = join(import.meta.dirname, '../lua');
/** The checks are clients behind a balancer at this address: they send X-Forwarded-For. */
const trusted = { KONG_TRUSTED_IPS: '127.0.0.1/32' };
/** A Kong that is starting accepts connections and answers nothing. */
const readyWithinMs = 2_000;

/** @returns why Kong is not available; undefined when it is */
export function kongMissing(): string | undefined {
  if (findTool('kong')) return undefined;
  const docker = findTool('docker');
  if (!docker) return 'there is neither a kong program nor Docker on this machine';
  const answer = spawnSync(docker, ['info', '--format', '{{.ServerVersion}}'], { encoding: 'utf8', timeout: 10_000 });
  return answer.status === 0 ? undefined : 'kong is not installed and the Docker engine does not respond';
}

export interface RunningKong extends ManagedServer {
  /** Access and error log. */
  readonly logFile: string;
}

/** @throws Error when Kong does not report readiness within `startDeadlineMs`; then nothing of it is left running */
export async function startKong(file: string, port: number, folder: string, startDeadlineMs = 60_000): Promise<RunningKong> {
  const [statusPort, logFile] = [await freePort(), join(folder, 'kong.log')];
  const isReady = async () => {
    const answer = await fetch(`http://127.0.0.1:${statusPort}/status/ready`, { signal: AbortSignal.timeout(readyWithinMs) });
    await answer.body?.cancel();
    return answer.ok;
  };
  const program = findTool('kong');
  const how = program ? installed(program, file, port, statusPort, folder) : fromImage(file, port, statusPort);
  const plan = { name: 'kong', url: `http://127.0.0.1:${port}`, logFile, startDeadlineMs, isReady, ...how };
  return Object.assign(await startServer(plan), { logFile });
}

/** `kong stop` ends the workers too, also after a start that failed. */
function installed(program: string, file: string, port: number, statusPort: number, folder: string) {
  const prefix = join(folder, 'prefix');
  mkdirSync(prefix, { recursive: true });
  const settings = kongSettingsOf({ file, prefix, port, statusPort, templates, lua }, process.getuid?.() === 0);
  return {
    command: program,
    args: ['start'],
    env: { ...process.env, ...settings, ...trusted },
    killChildren: true,
    afterStop: () => void spawnSync(program, ['stop', '-p', prefix], { timeout: 15_000, stdio: 'ignore' }),
  };
}

function fromImage(file: string, port: number, statusPort: number) {
  const name = `rafaga-kong-${process.pid}`;
  const docker = findTool('docker')!;
  const place = { file: '/kong/kong.yml', prefix: '/tmp/kong', port, statusPort, templates: '/kong/templates', lua: '/kong/lua' };
  const variables = Object.entries({ ...kongSettingsOf(place), ...trusted }).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const mounts = [
    '--volume',
    `${file}:/kong/kong.yml:ro`,
    '--volume',
    `${templates}:/kong/templates:ro`,
    '--volume',
    `${lua}:/kong/lua:ro`,
  ];
  return {
    command: docker,
    args: ['run', '--rm', '--init', '--name', name, '--network', 'host', ...mounts, ...variables, kongImage],
    afterStop: () => void spawnSync(docker, ['rm', '--force', name], { timeout: 15_000 }),
  };
}

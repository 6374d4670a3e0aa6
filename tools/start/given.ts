import { accessSync, constants } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, dirname, join } from 'node:path';

const servers = [
  { variable: 'DATABASE_URL', port: 5432 },
  { variable: 'REDIS_URL', port: 6379 },
  { variable: 'NATS_URL', port: 4222 },
] as const;
const patienceMs = 5_000;

/**
 * Looks whether what the environment names instead of ours is there, before six services wait for it in vain.
 *
 * @throws Error that names every variable that is at fault, and never its value: an address may hold a password
 */
export async function checkGiven(environment: NodeJS.ProcessEnv, timeoutMs = patienceMs): Promise<void> {
  const answers = servers.map(({ variable, port }) => serverFault(variable, environment[variable], port, timeoutMs));
  const faults = [...(await Promise.all(answers)), ffmpegFault(environment)].filter((fault) => fault !== undefined);
  if (faults.length > 0) throw new Error(`${faults.join('\n')}\nSet it right, or leave it out to have our own.`);
}

async function serverFault(variable: string, value: string | undefined, usualPort: number, timeoutMs: number): Promise<string | undefined> {
  if (!value) return undefined;
  const first = value.split(',')[0] ?? ''; // NATS takes several
  if (!URL.canParse(first)) return `${variable} is no URL.`;
  const { hostname, port } = new URL(first);
  if (!hostname) return undefined; // a socket in the file system
  const host = hostname.replace(/^\[|\]$/g, '');
  const why = await whyUnreachable(host, Number(port) || usualPort, timeoutMs);
  return why && `${variable}: nobody answers at ${hostname}:${port || usualPort} (${why}).`;
}

function whyUnreachable(host: string, port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const settle = (why: string | undefined) => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => settle(undefined));
    socket.once('timeout', () => settle(`waited ${timeoutMs / 1_000} s`));
    socket.once('error', ({ code, message }: NodeJS.ErrnoException) => settle(code ?? message));
  });
}

/** `ffprobe` is expected beside it. */
function ffmpegFault({ FFMPEG_PATH: path, PATH = '' }: NodeJS.ProcessEnv): string | undefined {
  if (!path) return undefined;
  const folders = path.includes('/') ? [dirname(path)] : PATH.split(delimiter);
  const lacks = (name: string) => !folders.some((folder) => isExecutable(join(folder, name)));
  const program = path.split('/').at(-1) ?? path;
  if (lacks(program)) return 'FFMPEG_PATH: there is no program of that name that may be run.';
  if (lacks('ffprobe')) return 'FFMPEG_PATH: there is no ffprobe beside it.';
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

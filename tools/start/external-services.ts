import { accessSync, constants } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, dirname, join } from 'node:path';

const servers = [
  { variable: 'DATABASE_URL', port: 5432 },
  { variable: 'REDIS_URL', port: 6379 },
  { variable: 'NATS_URL', port: 4222 },
] as const;
const connectTimeoutMs = 5_000;

/**
 * Checks that the external servers and programs named by environment variables are reachable.
 *
 * @throws Error that names every faulty variable, never its value: a URL may contain a password
 */
export async function checkExternalServices(environment: NodeJS.ProcessEnv, timeoutMs = connectTimeoutMs): Promise<void> {
  const answers = servers.map(({ variable, port }) => unreachable(variable, environment[variable], port, timeoutMs));
  const faults = [...(await Promise.all(answers)), ffmpegFault(environment)].filter((fault) => fault !== undefined);
  if (faults.length > 0) throw new Error(`${faults.join('\n')}\nCorrect the variable, or unset it to use the bundled server.`);
}

async function unreachable(variable: string, value: string | undefined, usualPort: number, timeoutMs: number): Promise<string | undefined> {
  if (!value) return undefined;
  const first = value.split(',')[0] ?? ''; // NATS takes several
  if (!URL.canParse(first)) return `${variable} is no URL.`;
  const { hostname, port } = new URL(first);
  if (!hostname) return undefined; // a Unix socket
  const host = hostname.replace(/^\[|\]$/g, '');
  const why = await whyUnreachable(host, Number(port) || usualPort, timeoutMs);
  return why && `${variable}: no server answers at ${hostname}:${port || usualPort} (${why}).`;
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

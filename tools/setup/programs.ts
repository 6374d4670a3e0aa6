/** A program of the system that we use, and where it comes from. */
export interface Program {
  readonly name: string;
  /** the environment variable that makes it unnecessary */
  readonly replacedBy: string;
  readonly debian: string;
  readonly brew: string;
  readonly docker: string;
}

const ffmpegImage = 'put an ffmpeg and an ffprobe on the PATH, or point FFMPEG_PATH at one';
const server = (name: string, replacedBy: string, debian: string, brew: string, docker: string): Program => ({
  name,
  replacedBy,
  debian,
  brew,
  docker,
});

export const programs = {
  'redis-server': server(
    'redis-server',
    'REDIS_URL',
    'redis-server',
    'redis',
    'docker run -d -p 127.0.0.1:26379:6379 redis:7 && export REDIS_URL=redis://127.0.0.1:26379',
  ),
  'nats-server': server(
    'nats-server',
    'NATS_URL',
    'nats-server',
    'nats-server',
    'docker run -d -p 127.0.0.1:24222:4222 nats:2 -js && export NATS_URL=nats://127.0.0.1:24222',
  ),
  ffmpeg: server('ffmpeg', 'FFMPEG_PATH', 'ffmpeg', 'ffmpeg', ffmpegImage),
  ffprobe: server('ffprobe', 'FFMPEG_PATH', 'ffmpeg', 'ffmpeg', ffmpegImage),
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;
export const allPrograms = Object.keys(programs) as ProgramName[];
export const mediaPrograms: readonly ProgramName[] = ['ffmpeg', 'ffprobe'];

/** The one line to type, for each kind of machine. */
export function waysToInstall(lacking: readonly Program[]): string {
  const each = (from: (program: Program) => string) => [...new Set(lacking.map(from))];
  return [
    `  Debian, Ubuntu   sudo apt-get install -y --no-install-recommends ${each((program) => program.debian).join(' ')}`,
    `  macOS            brew install ${each((program) => program.brew).join(' ')}`,
    ...each((program) => program.docker).map((line) => `  Docker           ${line}`),
  ].join('\n');
}

/**
 * Installs Debian packages without letting them start or enable servers of their own on the standard ports: while it runs, a policy
 * denies every start; a policy that is there already stays as it is. A broken earlier installation is finished first.
 */
export function aptScript(packages: readonly string[], policy = '/usr/sbin/policy-rc.d'): string {
  const list = packages.join(' ');
  const services = packages.filter((name) => name.endsWith('-server')).join(' ');
  return `set -e
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
policy=${policy} mark='# placed by rafaga while it installs packages'
clean() { if grep -qsF "$mark" "$policy"; then rm -f "$policy"; fi; }
clean
trap clean EXIT
if [ ! -e "$policy" ]; then printf '#!/bin/sh\\n%s\\nexit 101\\n' "$mark" >"$policy"; chmod 755 "$policy"; fi
apt() { apt-get -y -o DPkg::Lock::Timeout=180 -o Acquire::Retries=3 "$@"; }
dpkg --configure -a
for package in ${list}; do apt-cache show "$package" >/dev/null 2>&1 || stale=yes; done
if [ -n "$stale" ]; then apt update; fi
apt install --no-install-recommends ${list} || { apt update; apt install --no-install-recommends ${list}; }
if [ -d /run/systemd/system ]; then for unit in ${services}; do systemctl disable --now "$unit" || true; done; fi
`;
}

/** A required system program and its packages. */
export interface Program {
  readonly name: string;
  /** Environment variable that replaces it. */
  readonly replacedBy: string;
  readonly debian: string;
  readonly brew: string;
}

export const programs = {
  'redis-server': { name: 'redis-server', replacedBy: 'REDIS_URL', debian: 'redis-server', brew: 'redis' },
  'nats-server': { name: 'nats-server', replacedBy: 'NATS_URL', debian: 'nats-server', brew: 'nats-server' },
  ffmpeg: { name: 'ffmpeg', replacedBy: 'FFMPEG_PATH', debian: 'ffmpeg', brew: 'ffmpeg' },
  ffprobe: { name: 'ffprobe', replacedBy: 'FFMPEG_PATH', debian: 'ffmpeg', brew: 'ffmpeg' },
  prometheus: { name: 'prometheus', replacedBy: 'PROMETHEUS_PATH', debian: 'prometheus', brew: 'prometheus' },
  promtool: { name: 'promtool', replacedBy: 'PROMTOOL_PATH', debian: 'prometheus', brew: 'prometheus' },
  alertmanager: {
    name: 'prometheus-alertmanager',
    replacedBy: 'ALERTMANAGER_PATH',
    debian: 'prometheus-alertmanager',
    brew: 'alertmanager',
  },
  chromium: { name: 'chromium', replacedBy: 'CHROMIUM_PATH', debian: 'chromium', brew: 'chromium' },
  openssl: { name: 'openssl', replacedBy: 'OPENSSL_PATH', debian: 'openssl', brew: 'openssl' },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;
/** Required by the platform. */
export const allPrograms: readonly ProgramName[] = ['redis-server', 'nats-server', 'ffmpeg', 'ffprobe'];
/** Additionally required by the tests: openssl for TLS certificates. */
export const testPrograms: readonly ProgramName[] = [...allPrograms, 'openssl'];
/** What `npm run test:observe` and `npm start -- --observe` use where it is installed. */
export const observePrograms: readonly ProgramName[] = ['prometheus', 'promtool'];
/** What `npm run test:browser` uses where it is installed. */
export const browserPrograms: readonly ProgramName[] = ['chromium'];
/** What the delivery of alerts is tested with, and `npm start -- --observe` uses where it is installed. */
export const alertPrograms: readonly ProgramName[] = ['alertmanager'];
export const mediaPrograms: readonly ProgramName[] = ['ffmpeg', 'ffprobe'];

/** Installation commands per operating system. */
export function waysToInstall(lacking: readonly Program[]): string {
  const each = (from: (program: Program) => string) => [...new Set(lacking.map(from))];
  return [
    `  Debian, Ubuntu   sudo apt-get install -y --no-install-recommends ${each((program) => program.debian).join(' ')}`,
    `  macOS            brew install ${each((program) => program.brew).join(' ')}`,
    '  Docker           docker run --rm -it --network host -v "$PWD:$PWD" -w "$PWD" node:24-bookworm npm start',
    `  or set           ${each((program) => program.replacedBy).join(', ')} to existing servers or programs`,
  ].join('\n');
}

/**
 * Installs Debian packages without starting or enabling their services on the default ports: during the installation a policy-rc.d
 * denies every start; an existing policy is kept. An interrupted earlier installation is completed first.
 */
export function aptScript(packages: readonly string[], policy = '/usr/sbin/policy-rc.d'): string {
  const list = packages.join(' ');
  const services = packages.filter((name) => name.endsWith('-server') || name.startsWith('prometheus')).join(' ');
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

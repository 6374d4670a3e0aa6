import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { allPrograms, aptScript, programs, testPrograms, waysToInstall } from './programs.ts';
import { missing } from './tools.ts';

const nowhere = () => undefined;
const everywhere = (name: string) => `/usr/bin/${name}`;

describe('missing', () => {
  it('returns programs that are not installed', () => {
    expect(missing(allPrograms, {}, nowhere).map(({ name }) => name)).toEqual(['redis-server', 'nats-server', 'ffmpeg', 'ffprobe']);
    expect(missing(allPrograms, {}, everywhere)).toEqual([]);
  });

  it('requires openssl for tests only, and Prometheus for none of them', () => {
    const names = missing(testPrograms, {}, nowhere).map(({ name }) => name);
    expect(names).toContain('openssl');
    expect(names).not.toContain('prometheus');
  });

  it('ignores programs that an environment variable replaces', () => {
    const given = { REDIS_URL: 'redis://cache', NATS_URL: 'nats://bus', FFMPEG_PATH: '/opt/ffmpeg' };
    expect(missing(allPrograms, given, nowhere)).toEqual([]);
  });
});

describe('waysToInstall', () => {
  it('lists commands for Debian, macOS and Docker, and the environment variables', () => {
    const lines = waysToInstall(Object.values(programs));
    expect(lines).toContain('sudo apt-get install -y --no-install-recommends redis-server nats-server ffmpeg');
    expect(lines).toContain('brew install redis nats-server ffmpeg');
    expect(lines).toContain('docker run --rm');
  });
});

describe('aptScript', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rafaga-apt-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the script with fakes of the Debian tools that record their calls and the policy at that time. */
  function run(aptGet = '', policyBefore?: string): string[] {
    if (policyBefore) writeFileSync(at('policy'), policyBefore);
    const note = `echo "$(basename "$0") $*" >>'${at('calls')}'; if [ -e '${at('policy')}' ]; then sh '${at('policy')}'; echo "policy $?" >>'${at('calls')}'; fi`;
    for (const [name, more] of [
      ['apt-get', aptGet],
      ['apt-cache', ''],
      ['dpkg', ''],
      ['systemctl', ''],
    ] as const) {
      writeFileSync(at(name), `#!/bin/sh\n${note}\n${more}\n`);
      chmodSync(at(name), 0o755);
    }
    try {
      execFileSync('sh', ['-c', aptScript(['redis-server', 'ffmpeg'], at('policy'))], {
        env: { PATH: `${folder}:/usr/bin:/bin` },
        stdio: 'pipe',
      });
    } catch {
      // its actions are in the calls
    }
    return readFileSync(at('calls'), 'utf8').trim().split('\n');
  }

  it('installs with a policy that prevents service starts, and removes the policy', () => {
    const calls = run();
    const install = calls.findIndex((call) => call.includes('install --no-install-recommends redis-server ffmpeg'));
    expect(install).toBeGreaterThan(0);
    expect(calls[install + 1]).toBe('policy 101');
    expect(existsSync(at('policy'))).toBe(false);
  });

  it('keeps an existing policy', () => {
    run('', '#!/bin/sh\nexit 104\n');
    expect(readFileSync(at('policy'), 'utf8')).toContain('exit 104');
  });

  it('removes the policy of an interrupted installation', () => {
    run('', '#!/bin/sh\n# placed by rafaga while it installs packages\nexit 101\n');
    expect(existsSync(at('policy'))).toBe(false);
  });

  it('updates the package lists when the installation fails, and retries once', () => {
    const calls = run('case "$*" in *install*) exit 100;; esac').filter((call) => call.startsWith('apt-get'));
    expect(calls.map((call) => /update|install/.exec(call)?.[0])).toEqual(['install', 'update', 'install']);
    expect(existsSync(at('policy'))).toBe(false);
  });
});

/** The machine: Node, packages, memory, disk, limits, programs. */
import { existsSync, readFileSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { ffmpegTools, findEncoders } from '#media';
import { type Finding, fault, ok, reasonOf, warning } from './finding.ts';

const gib = 1024 ** 3;
const wanted = { nodeMajor: 24, memoryBytes: 2 * gib, freeBytes: 5 * gib, openFiles: 4_096 } as const;
const encoders = ['libopus', 'aac', 'libmp3lame', 'flac', 'libx264'];

export function checkNode(version = process.versions.node): Finding {
  if (Number(version.split('.')[0]) >= wanted.nodeMajor) return ok('Node', `Node ${version}.`);
  return fault('Node', `Node ${version} is too old: the services need ${wanted.nodeMajor}.`, 'npm ci   (it brings Node 24 along)');
}

/** @param root with package.json and node_modules */
export function checkPackages(root: string): Finding {
  const { dependencies, devDependencies } = readJson(join(root, 'package.json')) as Record<string, Record<string, string> | undefined>;
  const wrong = Object.entries({ ...dependencies, ...devDependencies }).filter(([name, version]) => {
    const path = join(root, 'node_modules', name, 'package.json');
    return !existsSync(path) || (/^\d/.test(version) && (readJson(path) as { version: string }).version !== version);
  });
  if (wrong.length === 0) return ok('packages', 'Every package of package.json is installed.');
  const names = wrong.slice(0, 5).map(([name]) => name);
  return fault('packages', `${wrong.length} packages are missing or have another version: ${names.join(', ')}.`, 'npm ci');
}

export function checkMemory(bytes = totalmem()): Finding {
  const size = `${(bytes / gib).toFixed(1)} GiB`;
  if (bytes >= wanted.memoryBytes) return ok('memory', `${size} of memory.`);
  return warning('memory', `${size} of memory is little for six services.`, 'Set AUDIO_CACHE_MEMORY_MB=64 and WORKER_PROCESSES=1.');
}

/** @param folder may not exist yet */
export async function checkDisk(about: string, folder: string): Promise<Finding> {
  const existing = nearest(folder);
  try {
    await access(existing, constants.W_OK);
  } catch {
    return fault(about, `${existing} may not be written to by this user.`, `sudo chown -R "$(id -un)" ${existing}`);
  }
  const { bavail, bsize } = await statfs(existing);
  const free = `${((bavail * bsize) / gib).toFixed(1)} GiB are free at ${existing}`;
  if (bavail * bsize >= wanted.freeBytes) return ok(about, `${free}.`);
  return warning(about, `${free}: uploads answer 507 when it is full.`, 'Free space there, or set BLOB_STORE_URL to a larger disk.');
}

const nearest = (folder: string): string => (existsSync(folder) || folder === dirname(folder) ? folder : nearest(dirname(folder)));

/** @param limits as in /proc/self/limits; empty where the system has none */
export function checkOpenFiles(limits = existsSync('/proc/self/limits') ? readFileSync('/proc/self/limits', 'utf8') : ''): Finding {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  if (soft === undefined || Number(soft) >= wanted.openFiles)
    return ok('open files', `A process may open ${soft ?? 'any number of'} files.`);
  return warning('open files', `A process may open ${soft} files only: each connection is one.`, `ulimit -n ${wanted.openFiles}`);
}

export async function checkFfmpeg(path: string): Promise<Finding> {
  const mend = 'sudo apt-get install -y ffmpeg   (macOS: brew install ffmpeg), or set FFMPEG_PATH';
  try {
    const found = await findEncoders(ffmpegTools(path));
    const lacking = encoders.filter((name) => !found.has(name));
    if (lacking.length === 0) return ok('ffmpeg', `${path} runs and has every encoder that is needed.`);
    return warning('ffmpeg', `${path} runs, but lacks the encoders ${lacking.join(', ')}: renditions that need them fail.`, mend);
  } catch (error) {
    return fault('ffmpeg', `${path} does not run (${reasonOf(error)}): audio and video cannot be read.`, mend);
  }
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

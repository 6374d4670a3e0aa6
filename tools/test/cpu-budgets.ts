import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../setup/paths.ts';

/** CPU time that one spec file took, with the processes it started. */
export interface SpecCpu {
  readonly spec: string;
  readonly seconds: number;
}

/** CPU minutes for the specs of each app and part; `platform` is everything else: libraries, gateway, cache, health, tools. */
const folderMinutes = { platform: 12, audio: 4, video: 6, posts: 3, documents: 2, operate: 4, console: 3 } as const;
type Folder = keyof typeof folderMinutes;
const specSeconds = 20;
/** Work beside the tests costs them CPU time too, through shared caches and cores: a run fails only beyond this multiple of a budget. */
const tolerance = 2;

export interface CpuReport {
  readonly lines: readonly string[];
  /** folders whose budget is exceeded beyond what a busy machine explains */
  readonly exceeded: readonly Folder[];
}

/** What the environment of Jest recorded, the costliest first. */
export function readSpecCpu(file: string): readonly SpecCpu[] {
  if (!existsSync(file)) return [];
  const specs = readFileSync(file, 'utf8').trim().split('\n').filter(Boolean);
  return specs
    .map((line) => JSON.parse(line) as SpecCpu)
    .map(({ spec, seconds }) => ({ spec: relative(root, spec), seconds }))
    .sort((one, other) => other.seconds - one.seconds);
}

/** Compares CPU times, which hardly depend on what else runs, with the budgets of spec files and folders. */
export function reportCpu(specs: readonly SpecCpu[]): CpuReport {
  const over = specs.filter(({ seconds }) => seconds > specSeconds);
  const seconds = new Map<Folder, number>();
  for (const spec of specs) seconds.set(folderOf(spec.spec), (seconds.get(folderOf(spec.spec)) ?? 0) + spec.seconds);
  const folders = [...seconds].map(([folder, sum]) => ({ folder, minutes: sum / 60, budget: folderMinutes[folder] }));
  return {
    lines: [
      ...over.map(({ spec, seconds }) => `${spec}: ${seconds.toFixed(1)} s of CPU time, above ${specSeconds} s`),
      ...folders.map(
        ({ folder, minutes, budget }) =>
          `${folder}: ${minutes.toFixed(1)} of ${budget} CPU minutes${minutes > budget ? ', OVER BUDGET' : ''}`,
      ),
    ],
    exceeded: folders.filter(({ minutes, budget }) => minutes > budget * tolerance).map(({ folder }) => folder),
  };
}

/** Specs that stand outside the folder of the part that they prove; the first match counts. */
const elsewhere: readonly (readonly [spec: RegExp, folder: Folder])[] = [
  [/^apps\/posts\/src\/(documents|exports)\/|^apps\/gateway\/test-e2e\/documents/, 'documents'],
  [/^apps\/gateway\/test-e2e\/(video-|videos\.)/, 'video'],
  [/^apps\/gateway\/test-e2e\/(renditions|playback|playlists)\./, 'audio'],
  [/^apps\/gateway\/test-e2e\/posts\./, 'posts'],
  [/^(grafana|deploy|tools\/(backup|doctor|verify)|libs\/platform\/src\/profiles|apps\/gateway\/src\/(system|profiles))\//, 'operate'],
  [/^apps\/gateway\/test-e2e\/trace\./, 'operate'],
];

function folderOf(spec: string): Folder {
  const known = elsewhere.find(([pattern]) => pattern.test(spec));
  if (known) return known[1];
  const app = /^apps\/([^/]+)\//.exec(spec)?.[1] ?? '';
  return Object.hasOwn(folderMinutes, app) ? (app as Folder) : 'platform';
}

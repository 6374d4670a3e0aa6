/** The names of metrics in PromQL expressions, and those that exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const words = new Set(['by', 'on', 'and', 'or', 'unless', 'without', 'ignoring', 'bool', 'offset', 'group_left', 'inf', 'nan']);

/** Expects what this project writes: no string with brackets inside, label lists after `by` and `on`. */
export function metricsIn(expr: string): readonly string[] {
  const plain = expr
    .replaceAll(/\{__name__=~"\(([\w|]+)\)(\w+)"[^}]*\}/g, (_all, heads: string, tail: string) =>
      heads
        .split('|')
        .map((head) => `${head}${tail} `)
        .join(''),
    )
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, ' ')
    .replaceAll(/\boffset\s+\w+/g, ' ');
  return [...plain.matchAll(/\b([a-z][a-z_:0-9]*)\b(?!\s*\()/gi)].map(([, name]) => name!).filter((name) => !words.has(name));
}

/** What the services export, as `npm run snapshots` lists it, without the suffixes of histograms. */
export const exportedMetrics: ReadonlySet<string> = new Set(
  readFileSync(join(import.meta.dirname, '../../docs/metrics.txt'), 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[0]!),
);

/** Prometheus, Kong, rules of alerts.yml, prom-client, and gauges that the gateway registers with its first sweep. */
const elsewhere =
  /^(up|kong_\w+|gateway:\w+:\w+|nodejs_(eventloop_lag_p99_seconds|heap_size_used_bytes)|process_(resident_memory_bytes|memory_limit_bytes|start_time_seconds|cpu_seconds_total|open_fds|max_fds)|blob_store_(free|low_space)_bytes)$/;

export const metricExists = (name: string): boolean =>
  elsewhere.test(name) || exportedMetrics.has(name) || exportedMetrics.has(name.replace(/_(bucket|count|sum)$/, ''));

/** Prometheus' text format as OpenMetrics 1.0, which can carry exemplars. prom-client writes one of the two for all requests, not the one that is asked for. */

export const openMetricsContentType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Whether a scraper asks for it: Prometheus does by default. */
export const acceptsOpenMetrics = (accept: string | undefined): boolean => /application\/openmetrics-text/.test(accept ?? '');

export interface Exemplar {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly seconds: number;
  readonly at: Date;
}

/**
 * @param text as of `register.metrics()`
 * @param exemplarOf of a sample by its name and labels as they are written: `name_bucket{le="0.1",…}`
 */
export function toOpenMetrics(text: string, exemplarOf: (sample: string) => Exemplar | undefined): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const counters = new Set(lines.flatMap((line) => /^# TYPE (\S+)_total counter$/.exec(line)?.[1] ?? []));
  const written = lines.map((line) => (line.startsWith('#') ? metadataOf(line, counters) : withExemplar(line, exemplarOf)));
  return `${written.join('\n')}\n# EOF\n`;
}

/** A counter's name is without `_total` here; one that has no `_total` has no type. */
function metadataOf(line: string, counters: ReadonlySet<string>): string {
  const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/s.exec(line) ?? [];
  if (!word) return line;
  const family = name.replace(/_total$/, '');
  if (counters.has(family)) return `# ${word} ${family} ${rest}`;
  return `# ${word} ${name} ${word === 'TYPE' && (rest === 'counter' || rest === 'untyped') ? 'unknown' : rest}`;
}

function withExemplar(line: string, exemplarOf: (sample: string) => Exemplar | undefined): string {
  if (!line.includes('_bucket{')) return line;
  const found = exemplarOf(line.slice(0, line.lastIndexOf(' ')));
  return found ? `${line} # {trace_id="${found.traceId}"} ${found.seconds} ${found.at.getTime() / 1_000}` : line;
}

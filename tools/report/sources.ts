/** Prometheus over HTTP, or the /metrics of services since they started. */
import type { MetricSource, Sample } from './samples.ts';

const timeoutMs = 30_000;

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[] };
}

/**
 * @param url base URL of a Prometheus
 * @param hours the window, which ends now
 * @throws Error when it does not answer, or refuses a query
 */
export function prometheusSource(url: string, hours: number): MetricSource {
  const window = `${Math.round(hours * 3_600)}s`;
  const ask = async (expr: string): Promise<readonly Sample[]> => {
    const response = await fetch(new URL('api/v1/query', url.endsWith('/') ? url : `${url}/`), {
      method: 'POST',
      body: new URLSearchParams({ query: expr }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status, error, data } = (await response.json()) as Answer;
    if (status !== 'success' || !data) throw new Error(`Prometheus refuses ${expr}: ${error ?? response.status}`);
    return data.result
      .map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
      .filter(({ value }) => !Number.isNaN(value));
  };
  return {
    description: `From Prometheus at ${new URL(url).host}, the last ${hours} h.`,
    increases: (metric) => ask(`increase(${metric}[${window}])`),
    peaks: (metric) => ask(`max_over_time(${metric}[${window}])`),
  };
}

/** @param metricsUrls the `/metrics` of each service by its name. @throws Error when one does not answer */
export async function serviceSource(metricsUrls: Readonly<Record<string, string>>): Promise<MetricSource> {
  const scraped = await Promise.all(
    Object.entries(metricsUrls).map(async ([service, url]) => {
      const text = await (await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })).text();
      return parseMetrics(text, { service });
    }),
  );
  const byName = new Map<string, Sample[]>();
  for (const { name, ...sample } of scraped.flat()) byName.set(name, [...(byName.get(name) ?? []), sample]);
  const read = async (metric: string) => byName.get(metric) ?? [];
  const names = Object.keys(metricsUrls).join(', ');
  return {
    description: `Without a Prometheus: from the metrics of ${names} since each of them started; peaks are the values of this moment.`,
    increases: read,
    peaks: read,
  };
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Reads the text format of Prometheus (version 0.0.4); comments and what is malformed are left out. */
export function parseMetrics(text: string, more: Readonly<Record<string, string>> = {}): readonly (Sample & { readonly name: string })[] {
  return text.split('\n').flatMap((each) => {
    const found = each.startsWith('#') ? null : line.exec(each);
    if (!found) return [];
    const labels = Object.fromEntries([...(found[2] ?? '').matchAll(label)].map(([, name, value]) => [name!, unescapeLabel(value!)]));
    const value = Number(found[3]);
    return Number.isNaN(value) ? [] : [{ name: found[1]!, labels: { ...labels, ...more }, value }];
  });
}

const unescapeLabel = (value: string) => value.replaceAll(/\\(["\\n])/g, (_all, char: string) => (char === 'n' ? '\n' : char));

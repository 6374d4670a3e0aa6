/** What is wrong with the answer of a service to Prometheus (OpenMetrics text). */

/** Of one service, after some traffic. */
export const mostSeries = 3_000;

/** A UUID, a long hexadecimal id, an address of mail: values that grow with the users instead of the code. */
const unbounded = /[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{16,}|@/i;

/** Name and labels of a sample, labels in order of their names. */
function seriesOf(line: string): string {
  const [, name, labels = ''] = /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:\\.|[^"\\])*")*)\})?/.exec(line) ?? [];
  return `${name}{${[...labels.matchAll(/(\w+)="((?:\\.|[^"\\])*)"/g)]
    .map(([pair]) => pair)
    .sort()
    .join()}}`;
}

/** @returns one sentence per series that comes twice or has a label without bounds, and one for too many series */
export function scrapeFaults(text: string): string[] {
  const series = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(seriesOf);
  const seen = new Set<string>();
  const twice = series.filter((each) => seen.size === seen.add(each).size);
  return [
    ...twice.map((each) => `${each} comes twice`),
    ...[...seen].filter((each) => unbounded.test(each)).map((each) => `${each} has a label without bounds`),
    ...(series.length > mostSeries ? [`${series.length} series, at most ${mostSeries}`] : []),
  ];
}

/** A report as an HTML page that needs nothing else: charts as SVG, no script, no style sheet. */
import type { LoadStep } from './measure-load.ts';
import type { BenchmarkReport } from './run-benchmark.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Chart {
  readonly title: string;
  readonly xTitle: string;
  readonly lines: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

const size = { width: 560, height: 260, left: 64, right: 12, top: 12, bottom: 40 };
const colours = ['#1f6fb2', '#b07a00', '#2d7d46', '#a33a3a'];

export function benchmarkPage(report: BenchmarkReport): string {
  const { startedAt, nodeVersion, cores, rowsPerRequest, memory } = report;
  const seconds = (of: 'residentMb' | 'heapMb') => memory.map((sample) => ({ x: sample.seconds, y: sample[of] }));
  const charts: Chart[] = [
    { title: 'Rows a second', xTitle: 'requests at the same time', lines: byMethod(report, ({ rowsPerSecond }) => rowsPerSecond) },
    { title: 'P95 of a request in ms', xTitle: 'requests at the same time', lines: byMethod(report, ({ p95Ms }) => p95Ms) },
    {
      ...{ title: 'Memory of the process in MB', xTitle: 'seconds' },
      lines: [
        { name: 'resident', points: seconds('residentMb') },
        { name: 'heap', points: seconds('heapMb') },
      ],
    },
  ];
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><title>Benchmark of scoring</title></head><body bgcolor="#ffffff">',
    '<h1>Benchmark of scoring</h1>',
    `<p>${escaped(startedAt)}; Node.js ${escaped(nodeVersion)}; ${cores} cores; ${rowsPerRequest.toLocaleString('en')} rows a request.</p>`,
    ...charts.map((chart) => `<h2>${escaped(chart.title)}</h2>\n${drawn(chart)}`),
    '<h2>All steps</h2>',
    tableOf(report.steps),
    '</body></html>\n',
  ].join('\n');
}

function byMethod({ steps }: BenchmarkReport, value: (step: LoadStep) => number): Chart['lines'] {
  const methods = [...new Set(steps.map(({ method }) => method))];
  return methods.map((name) => ({
    name,
    points: steps.filter(({ method }) => method === name).map((step) => ({ x: step.clients, y: value(step) })),
  }));
}

function drawn({ title, xTitle, lines }: Chart): string {
  const { width, height, left, right, top, bottom } = size;
  const all = lines.flatMap(({ points }) => points);
  const most = { x: Math.max(1e-9, ...all.map(({ x }) => x)), y: Math.max(1e-9, ...all.map(({ y }) => y)) };
  const xOf = (x: number) => left + ((width - left - right) * x) / most.x;
  const yOf = (y: number) => height - bottom - ((height - top - bottom) * y) / most.y;
  const path = (points: readonly Point[]) =>
    points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${xOf(x).toFixed(1)} ${yOf(y).toFixed(1)}`).join('');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}" font-family="sans-serif" font-size="12">`,
    ...[0, 0.5, 1].map((share) => {
      const y = yOf(share * most.y);
      return `<path d="M${left} ${y.toFixed(1)}H${width - right}" stroke="#d0d0d0"/><text x="${left - 6}" y="${(y + 4).toFixed(1)}" text-anchor="end">${short(share * most.y)}</text>`;
    }),
    ...[0, 0.5, 1].map(
      (share) =>
        `<text x="${xOf(share * most.x).toFixed(1)}" y="${height - bottom + 16}" text-anchor="middle">${short(share * most.x)}</text>`,
    ),
    `<text x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">${escaped(xTitle)}</text>`,
    ...lines.map(({ points }, at) => `<path d="${path(points)}" stroke="${colours[at % colours.length]}" stroke-width="2" fill="none"/>`),
    ...lines.map(
      ({ name }, at) => `<text x="${left + 8 + 110 * at}" y="${top + 12}" fill="${colours[at % colours.length]}">${escaped(name)}</text>`,
    ),
    '</svg>',
  ].join('\n');
}

const short = (value: number): string => (value >= 10 ? Math.round(value).toLocaleString('en') : String(Math.round(100 * value) / 100));

function tableOf(steps: readonly LoadStep[]): string {
  const titles = ['Method', 'Requests at the same time', 'Requests', 'Requests a second', 'Rows a second', 'P50 ms', 'P95 ms', 'P99 ms'];
  const rows = steps.map((step) => [
    ...[step.method, String(step.clients), String(step.requestCount), short(step.requestsPerSecond), short(step.rowsPerSecond)],
    ...[short(step.p50Ms), short(step.p95Ms), short(step.p99Ms)],
  ]);
  const line = (tag: 'th' | 'td', cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return `<table border="1" cellpadding="4">\n${[line('th', titles), ...rows.map((cells) => line('td', cells))].join('\n')}\n</table>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character]!);

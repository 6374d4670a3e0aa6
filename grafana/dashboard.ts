/** Builds a Grafana dashboard from a short description of its panels (queries, unit, width); positions and ids are computed. */
import { createHash } from 'node:crypto';

export type Unit = 's' | 'bytes' | 'Bps' | 'reqps' | 'ops' | 'percentunit' | 'short' | 'none' | 'cores';

export interface Query {
  /** PromQL; may contain `$__rate_interval` and dashboard variables. */
  readonly expr: string;
  readonly legend?: string;
}

export interface Panel {
  readonly title: string;
  /** What it shows, and which values need attention. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** `text`: the description is shown as Markdown; there are no queries. */
  readonly kind?: 'timeseries' | 'stat' | 'bargauge' | 'text';
  /** Alerts of deploy/prometheus/alerts.yml whose measurements the panel shows: it links to their sections of the runbook, and they link to it. */
  readonly alerts?: readonly string[];
  /** In columns of 24; default 8. */
  readonly width?: number;
  /** Thresholds for amber and red. */
  readonly thresholds?: readonly [amber: number, red: number];
  /** Stacked areas. */
  readonly stacked?: boolean;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
  /** The label to filter by, and the metric that provides its values. */
  readonly variables?: readonly { readonly name: string; readonly label: string; readonly metric: string }[];
}

/** Grafana replaces it with the selected data source. */
const source = { type: 'prometheus', uid: '$datasource' } as const;
const heights = { timeseries: 8, stat: 4, bargauge: 8, text: 6 } as const;
const columns = 24;

export const runbookUid = 'rafaga-runbook';
export const runbookRow = 'Alerts';

/** The id of a panel depends on its titles alone, so that links to it stay valid when panels are added. In [1, 2^24]. */
export const panelId = (row: string, title: string): number => createHash('sha256').update(`${row}/${title}`).digest().readUIntBE(0, 3) + 1;

/** The path of one panel in Grafana. */
export const panelPath = (uid: string, row: string, title: string): string => `/d/${uid}?viewPanel=${panelId(row, title)}`;

/** The classic dashboard JSON, which Grafana 10 to 12 provision from files. */
export function dashboardJson({ uid, title, description, rows, variables = [] }: Dashboard): Record<string, unknown> {
  return {
    id: null,
    uid,
    title,
    description,
    tags: ['rafaga'],
    schemaVersion: 39,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    annotations: { list: [] },
    links: [{ type: 'dashboards', tags: ['rafaga'], title: 'Ráfaga', asDropdown: false, includeVars: true, keepTime: true }],
    templating: { list: [dataSourceVariable, ...variables.map(variable)] },
    panels: place(rows),
  };
}

const dataSourceVariable = { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', hide: 2, current: {} };

/** `.*` rather than `.+` for "all": it also matches series without the label. */
const variable = ({ name, label, metric }: { name: string; label: string; metric: string }) => ({
  name,
  label,
  type: 'query',
  datasource: source,
  query: { query: `label_values(${metric}, ${name})`, refId: name },
  definition: `label_values(${metric}, ${name})`,
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  allValue: '.*',
  current: { text: 'All', value: '$__all' },
});

/** Layout: rows from top to bottom, panels from left to right with wrapping. */
function place(rows: readonly Row[]): Record<string, unknown>[] {
  const placed: Record<string, unknown>[] = [];
  let y = 0;
  for (const row of rows) {
    placed.push({
      id: panelId(row.title, ''),
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: columns, h: 1 },
      panels: [],
    });
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const panel of row.panels) {
      const [w, h] = [panel.width ?? 8, heights[panel.kind ?? 'timeseries']];
      if (x + w > columns) [x, y, lineHeight] = [0, y + lineHeight, 0];
      placed.push(panelJson(panel, panelId(row.title, panel.title), { x, y, w, h }));
      [x, lineHeight] = [x + w, Math.max(lineHeight, h)];
    }
    y += lineHeight;
  }
  return placed;
}

function panelJson(panel: Panel, id: number, gridPos: object): Record<string, unknown> {
  const { title, description, unit, queries, kind = 'timeseries', thresholds, alerts = [] } = panel;
  if (kind === 'text') return { id, type: kind, title, gridPos, options: { mode: 'markdown', content: description } };
  const links = alerts.map((name) => ({ title: `Runbook: ${name}`, url: panelPath(runbookUid, runbookRow, name) }));
  return {
    id,
    type: kind,
    title,
    description,
    datasource: source,
    gridPos,
    ...(links.length > 0 ? { links } : {}),
    fieldConfig: {
      defaults: {
        unit: unit === 'cores' ? 'short' : unit,
        min: 0,
        ...(thresholds ? { thresholds: steps(thresholds) } : {}),
        ...custom(panel),
      },
      overrides: [],
    },
    options: options(kind),
    targets: queries.map(({ expr, legend }, at) => ({
      refId: String.fromCharCode(65 + at),
      datasource: source,
      expr,
      legendFormat: legend ?? '__auto',
      ...(kind === 'timeseries' ? {} : { instant: true, range: false }),
    })),
  };
}

const steps = ([amber, red]: readonly [number, number]) => ({
  mode: 'absolute',
  steps: [
    { color: 'green', value: null },
    { color: 'orange', value: amber },
    { color: 'red', value: red },
  ],
});

const custom = ({ kind = 'timeseries', stacked }: Panel) =>
  kind === 'timeseries'
    ? { custom: { fillOpacity: stacked ? 40 : 8, showPoints: 'never', stacking: { mode: stacked ? 'normal' : 'none' }, spanNulls: 60_000 } }
    : {};

const options = (kind: Exclude<Panel['kind'], 'text' | undefined>) =>
  kind === 'timeseries'
    ? { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } }
    : { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false }, colorMode: 'value', graphMode: 'none', textMode: 'auto' };

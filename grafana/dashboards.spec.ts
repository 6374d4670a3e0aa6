import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { metricExists, metricsIn } from '../deploy/prometheus/metric-names.ts';
import { dashboardJson } from './dashboard.ts';
import { dashboards, fileOf, textOf } from './render.ts';

interface Placed {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
const panels = (at: number) => dashboardJson(dashboards[at]!).panels as Placed[];
const provisioning = (name: string) => parse(readFileSync(join(import.meta.dirname, 'provisioning', name), 'utf8'));

describe.each(dashboards.map((dashboard, at) => [dashboard.title, at] as const))('%s', (_title, at) => {
  it('matches its file (update with `npm run grafana:render`)', () => {
    expect(readFileSync(fileOf(dashboards[at]!), 'utf8')).toBe(textOf(dashboards[at]!));
  });
  it('has panels with unique titles and descriptions', () => {
    for (const { panels: own } of dashboards[at]!.rows) {
      expect(new Set(own.map(({ title }) => title)).size).toBe(own.length);
      for (const { description } of own) expect(description).toMatch(/.{5,}[.]`?$/s);
    }
  });
  it('has no overlapping panels and none beyond the width', () => {
    const taken = new Set<string>();
    for (const { gridPos } of panels(at)) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x},${y}`)).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
  });
  it('asks for metrics that exist', () => {
    const { rows, variables = [] } = dashboards[at]!;
    const expressions = [...rows.flatMap(({ panels: own }) => own.flatMap(({ queries }) => queries.map(({ expr }) => expr)))];
    const names = [...expressions, ...variables.map(({ metric }) => metric)].flatMap(metricsIn);
    expect(names.filter((name) => !metricExists(name))).toEqual([]);
  });
  it('gives every panel a query, or a text', () => {
    for (const { panels: own } of dashboards[at]!.rows)
      for (const { kind, queries } of own) expect(queries.length > 0).toBe(kind !== 'text');
  });
  it('gives every panel a unique id', () => {
    const ids = panels(at).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the provisioning', () => {
  it('defines one Prometheus with a fixed id and the address from the environment', () => {
    expect(provisioning('datasources/prometheus.yml').datasources).toEqual([
      expect.objectContaining({ uid: 'rafaga-prometheus', type: 'prometheus', url: '$PROMETHEUS_URL', isDefault: true }),
    ]);
  });
  it('reads the dashboards from the folder that docker-compose.yml mounts', () => {
    const [{ options }] = provisioning('dashboards/rafaga.yml').providers;
    expect(readFileSync(join(import.meta.dirname, '../docker-compose.yml'), 'utf8')).toContain(`./grafana/dashboards:${options.path}:ro`);
  });
});

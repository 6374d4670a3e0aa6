/** `npm run grafana:render`: writes grafana/dashboards/*.json. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { audio } from './audio.ts';
import { type Dashboard, dashboardJson, panelPath } from './dashboard.ts';
import { jobsDashboard } from './jobs.ts';
import { overview } from './overview.ts';
import { posts } from './posts.ts';
import { runbookDashboard } from './runbook.ts';
import { slo } from './slo.ts';
import { video } from './video.ts';

export const dashboards: readonly Dashboard[] = [overview, slo, jobsDashboard, audio, video, posts, runbookDashboard];
/** Name of an alert to the path of the first panel that shows what it measures. */
export const panelOfAlert: ReadonlyMap<string, string> = new Map(
  dashboards
    .flatMap(({ uid, rows }) => rows.flatMap((row) => row.panels.map((panel) => ({ uid, row, panel }))))
    .flatMap(({ uid, row, panel }) => (panel.alerts ?? []).map((name) => [name, panelPath(uid, row.title, panel.title)] as const))
    .reverse(),
);
export const fileOf = ({ uid }: Dashboard): string => join(import.meta.dirname, 'dashboards', `${uid.replace('rafaga-', '')}.json`);
export const textOf = (dashboard: Dashboard): string => `${JSON.stringify(dashboardJson(dashboard), null, 2)}\n`;

if (import.meta.main) for (const dashboard of dashboards) writeFileSync(fileOf(dashboard), textOf(dashboard));

/** `npm run grafana:render`: writes grafana/dashboards/*.json. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { audio } from './audio.ts';
import { type Dashboard, dashboardJson } from './dashboard.ts';
import { overview } from './overview.ts';

export const dashboards: readonly Dashboard[] = [overview, audio];
export const fileOf = ({ uid }: Dashboard): string => join(import.meta.dirname, 'dashboards', `${uid.replace('rafaga-', '')}.json`);
export const textOf = (dashboard: Dashboard): string => `${JSON.stringify(dashboardJson(dashboard), null, 2)}\n`;

if (import.meta.main) for (const dashboard of dashboards) writeFileSync(fileOf(dashboard), textOf(dashboard));

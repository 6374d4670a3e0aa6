/** Runbook dashboard: what docs/operations.md says about each alert, where Alertmanager's links lead by default. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dashboard, runbookRow, runbookUid } from './dashboard.ts';

const page = readFileSync(join(import.meta.dirname, '../docs/operations.md'), 'utf8');

/** Sections of the chapter on alerts: name of the alert to its text. */
export const runbook: ReadonlyMap<string, string> = new Map(
  (page.split(/^## /m).find((chapter) => chapter.startsWith('Alerts\n')) ?? '')
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section.slice(section.indexOf('\n')).trim()]),
);

export const runbookDashboard: Dashboard = {
  uid: runbookUid,
  title: 'Ráfaga: runbook',
  description: 'What to do about each alert; the same text as in docs/operations.md.',
  rows: [
    {
      title: runbookRow,
      panels: [...runbook].map(([title, description]) => ({ title, description, unit: 'none', kind: 'text', width: 12, queries: [] })),
    },
  ],
};

/** Overview dashboard: the entry point for finding a failing service. */
import type { Dashboard } from './dashboard.ts';
import { health } from './rows/health.ts';
import { edge, infrastructure, processes } from './rows/infrastructure.ts';
import { caches, jobs } from './rows/jobs.ts';
import { calls, glance, traffic } from './rows/traffic.ts';

export const overview: Dashboard = {
  uid: 'rafaga-overview',
  title: 'Ráfaga: overview',
  description: 'Traffic, errors and latencies; jobs; caches; processes. Start here, then filter by service.',
  variables: [{ name: 'service', label: 'Service', metric: 'dependency_up' }],
  rows: [glance, health, traffic, calls, jobs, caches, infrastructure, processes, edge],
};

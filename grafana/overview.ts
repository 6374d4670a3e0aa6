/** The first page to look at: is it well, and if not, where. */
import type { Dashboard } from './dashboard.ts';
import { edge, outside, processes } from './rows/ground.ts';
import { calls, glance, traffic } from './rows/traffic.ts';
import { caches, jobs } from './rows/work.ts';

export const overview: Dashboard = {
  uid: 'rafaga-overview',
  title: 'Ráfaga: overview',
  description: 'Traffic, errors and delays; jobs; caches; processes. Start here, then follow the service.',
  variables: [{ name: 'service', label: 'Service', metric: 'dependency_up' }],
  rows: [glance, traffic, calls, jobs, caches, outside, processes, edge],
};

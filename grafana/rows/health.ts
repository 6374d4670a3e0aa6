/** Row for the health of the system, as the health service grades it. */
import type { Row } from '../dashboard.ts';
import { mine } from './common.ts';

export const health: Row = {
  title: 'Health',
  panels: [
    {
      title: 'Health scores',
      description: 'Each service and dependency, from 0 (down) to 1 (all well). GET /v1/system/health says why and what to change.',
      unit: 'percentunit',
      width: 12,
      queries: [{ expr: 'min by (component) (system_component_score)', legend: '{{component}}' }],
    },
    {
      title: 'Causes',
      description: 'Number of causes that the health service has confirmed in two checks, by grade.',
      unit: 'short',
      width: 6,
      alerts: ['HealthCritical'],
      queries: [{ expr: 'max by (grade) (system_health_causes)', legend: '{{grade}}' }],
    },
    {
      title: 'Memory of the limit',
      description: "Resident memory as a share of the process' own limit. An alert fires above 90 %.",
      unit: 'percentunit',
      width: 6,
      thresholds: [0.8, 0.9],
      alerts: ['MemoryHigh'],
      queries: [
        {
          expr: `max by (service) (process_resident_memory_bytes{${mine}} / process_memory_limit_bytes{${mine}})`,
          legend: '{{service}}',
        },
      ],
    },
  ],
};

import { Gauge } from 'prom-client';
import { healthGrades, type SystemHealth } from '#contracts';

const score = new Gauge({ name: 'system_health_score', help: 'How well the system is, from 0 (down) to 1 (all well).' });
const grade = new Gauge({ name: 'system_health_grade', help: '1 for the grade that the system has, else 0.', labelNames: ['grade'] });
const componentScore = new Gauge({
  name: 'system_component_score',
  help: 'How well a service or a dependency is, from 0 (down) to 1 (all well).',
  labelNames: ['component'],
});
const causes = new Gauge({
  name: 'system_health_causes',
  help: 'Why components are not healthy: how many, by grade.',
  labelNames: ['grade'],
});
const checkedAt = new Gauge({ name: 'system_health_checked_timestamp_seconds', help: 'When the system was checked last (Unix time).' });
for (const each of healthGrades) {
  grade.set({ grade: each }, 0);
  causes.set({ grade: each }, 0);
}

export function exportHealth(health: SystemHealth): void {
  score.set(health.score);
  for (const each of healthGrades) {
    grade.set({ grade: each }, each === health.grade ? 1 : 0);
    causes.set({ grade: each }, health.causes.filter((cause) => cause.grade === each).length);
  }
  for (const component of health.components) componentScore.set({ component: component.name }, component.score);
  checkedAt.set(Date.parse(health.checkedAt) / 1_000);
}

import { describe, expect, it } from '@jest/globals';
import { type ServiceName, type ServiceStatus, serviceNames } from '#contracts';
import { gradeSystem } from './grade.ts';

const copy = (service: ServiceName, changes: Partial<ServiceStatus> = {}): ServiceStatus => ({
  service,
  instance: '1',
  version: '0',
  uptimeSeconds: 1,
  ready: true,
  dependencies: [{ name: 'redis', required: false, up: true }],
  eventLoopDelayP99Ms: 0,
  rssBytes: 1,
  ...changes,
});
const everybodyBut = (...absent: ServiceName[]) => serviceNames.filter((name) => !absent.includes(name)).map((name) => copy(name));

describe('gradeSystem', () => {
  it('is healthy at 100 when every service has a ready copy', () => {
    expect(gradeSystem(everybodyBut())).toMatchObject({ grade: 'healthy', score: 100 });
  });
  it('is degraded when one service is absent', () => {
    expect(gradeSystem(everybodyBut('video'))).toMatchObject({ grade: 'degraded', score: 83 });
  });
  it('is critical without a gateway, whatever else runs', () => {
    expect(gradeSystem(everybodyBut('gateway')).grade).toBe('critical');
  });
  it('is critical when half of the services are gone', () => {
    expect(gradeSystem(everybodyBut('video', 'posts', 'cache')).grade).toBe('critical');
  });
  it('calls a service degraded that runs without its Redis', () => {
    const limping = copy('audio', { dependencies: [{ name: 'redis', required: false, up: false }] });
    const { services, grade } = gradeSystem([...everybodyBut('audio'), limping]);
    expect(services.find(({ service }) => service === 'audio')?.grade).toBe('degraded');
    expect(grade).toBe('degraded');
  });
  it('counts a service as served while one of its copies is ready', () => {
    const { services } = gradeSystem([...everybodyBut(), copy('audio', { ready: false })]);
    expect(services.find(({ service }) => service === 'audio')?.grade).toBe('degraded');
  });
});

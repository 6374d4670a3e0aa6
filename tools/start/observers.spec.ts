import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { programs } from '../setup/programs.ts';
import { alertmanagerConfig, lackingObservers, prometheusConfig, startObservers } from './observers.ts';

const services = new Map([
  ['gateway', 'http://127.0.0.1:3000'],
  ['audio', 'http://127.0.0.1:3007'],
]);

describe('the observers of a local start', () => {
  it('are named with the package to install where one is missing', () => {
    const told = lackingObservers({}, [programs.prometheus, programs.alertmanager]);
    expect(told).toContain('not installed, so not started: prometheus, prometheus-alertmanager');
    expect(told).toContain('apt-get install -y --no-install-recommends prometheus prometheus-alertmanager');
    expect(lackingObservers({}, [])).toBeUndefined();
  });
  it('fail to start from a path that leads nowhere', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rafaga-observers-'));
    const environment = { PROMETHEUS_PATH: join(folder, 'none'), ALERTMANAGER_PATH: join(folder, 'none') };
    const start = startObservers({ folder, services, environment, onSpawn: () => undefined });
    await expect(start).rejects.toThrow(); // a path that leads nowhere is an error, unlike a program that is not there
    rmSync(folder, { recursive: true });
  });
  it('scrape each service under its name and send alerts with absolute links', () => {
    const config = prometheusConfig(services, { GRAFANA_URL: 'https://grafana.example.org' }, 'http://127.0.0.1:9093');
    expect(config).toMatchObject({
      global: { external_labels: { grafana_url: 'https://grafana.example.org', runbook_url: expect.stringMatching(/^file:\/\/\//) } },
      alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:9093'] }] }] },
      scrape_configs: [
        {
          static_configs: [
            { targets: ['127.0.0.1:3000'], labels: { service: 'gateway' } },
            { targets: ['127.0.0.1:3007'], labels: { service: 'audio' } },
          ],
        },
      ],
    });
  });
  it('send alerts to the webhook of the environment, else to nobody', () => {
    expect(alertmanagerConfig('http://127.0.0.1:9/hook')).toMatchObject({
      receivers: [{ name: 'operators', webhook_configs: [{ url: 'http://127.0.0.1:9/hook' }] }],
    });
    expect(alertmanagerConfig(undefined)).toMatchObject({ receivers: [{ name: 'operators', webhook_configs: [] }] });
  });
});

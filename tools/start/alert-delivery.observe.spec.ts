import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, type ManagedServer, startServer, until } from '#testing/servers';
import { alertmanagerConfig, findAlertmanager } from './observers.ts';

interface Message {
  readonly status: string;
  readonly receiver: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly { readonly status: string; readonly annotations: object; readonly endsAt: string }[];
}

const folder = mkdtempSync(join(tmpdir(), 'rafaga-alert-delivery-'));
const delivered: Message[] = [];
let receiver: Server;
let alertmanager: ManagedServer | undefined;
/** Its package is not that of Prometheus: where it is not installed, nothing is tested. */
const installed = findAlertmanager(process.env);
beforeAll(async () => {
  receiver = createServer((request, response) => {
    json(request)
      .then(
        (body) => delivered.push(body as Message),
        () => undefined,
      )
      .finally(() => response.end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  if (installed) alertmanager = await startAlertmanager(installed, `http://127.0.0.1:${port}/alerts?key=s3cret`);
}, 30_000);
afterAll(async () => {
  await alertmanager?.stop();
  await new Promise((resolve) => receiver.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** With the configuration of `npm start -- --observe`, whose routes are those of Compose; it waits a second where that waits minutes. */
async function startAlertmanager(command: string, webhookUrl: string): Promise<ManagedServer> {
  const config = JSON.stringify(alertmanagerConfig(webhookUrl)).replace(/"(group_wait|group_interval)":"\w+"/g, '"$1":"1s"');
  const file = join(folder, 'alertmanager.yml');
  writeFileSync(file, config);
  const address = `127.0.0.1:${await freePort()}`;
  return startServer({
    name: 'alertmanager',
    url: `http://${address}`,
    command,
    args: [
      `--config.file=${file}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
    ],
    logFile: join(folder, 'alertmanager.log'),
    isReady: async () => (await fetch(`http://${address}/-/ready`, { signal: AbortSignal.timeout(2_000) })).ok,
  });
}

const annotations = {
  summary: 'No gateway answers.',
  runbook_url: 'https://example.org/runbook#serviceabsent',
  dashboard_url: 'https://example.org/d/overview',
};
/** Whole seconds: Alertmanager writes a fraction without its last zeros. */
const startsAt = new Date(Date.now() - 60_000).toISOString().replace(/\.\d+Z$/, 'Z');

/** As Prometheus sends it. */
async function raise(alertname: string, severity: string, endsAt?: Date): Promise<void> {
  const labels = { alertname, severity, service: 'gateway' };
  const response = await fetch(`${alertmanager!.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels, annotations, startsAt, ...(endsAt ? { endsAt: endsAt.toISOString() } : {}) }]),
  });
  expect(response.status).toBe(200);
}
const messagesOf = (alertname: string) => delivered.filter(({ groupLabels }) => groupLabels.alertname === alertname);
const statusesOf = (alertname: string) => messagesOf(alertname).map(({ status }) => status);

(installed ? describe : describe.skip)('Alertmanager with our configuration', () => {
  it('delivers an alert once when it fires and once when it is resolved, with its runbook', async () => {
    await raise('ServiceAbsent', 'page');
    expect(await until(() => statusesOf('ServiceAbsent').length > 0, 20_000)).toBe(true);
    await raise('ServiceAbsent', 'page', new Date());
    expect(await until(() => statusesOf('ServiceAbsent').length > 1, 20_000)).toBe(true);
    expect(statusesOf('ServiceAbsent')).toEqual(['firing', 'resolved']);
    for (const [at, status] of ['firing', 'resolved'].entries())
      expect(messagesOf('ServiceAbsent')[at]).toMatchObject({
        version: '4',
        receiver: 'operators',
        groupLabels: { alertname: 'ServiceAbsent', service: 'gateway' },
        commonLabels: { alertname: 'ServiceAbsent', service: 'gateway', severity: 'page' },
        truncatedAlerts: 0,
        alerts: [{ status, annotations, startsAt }],
      });
    expect(new Date(messagesOf('ServiceAbsent')[1]!.alerts[0]!.endsAt).getTime()).toBeLessThanOrEqual(Date.now());
  }, 60_000);

  it('delivers nothing about a service that is absent but that', async () => {
    delivered.length = 0;
    await raise('ServiceAbsent', 'page');
    expect(await until(() => statusesOf('ServiceAbsent').length > 0, 20_000)).toBe(true);
    await raise('ServiceDown', 'page');
    await raise('DiskFilling', 'ticket'); // delivered after the other would have been
    expect(await until(() => statusesOf('DiskFilling').length > 0, 20_000)).toBe(true);
    const held = (await (await fetch(`${alertmanager!.url}/api/v2/alerts?inhibited=true`)).json()) as {
      labels: { alertname: string };
      status: { state: string };
    }[];
    expect(held.find(({ labels }) => labels.alertname === 'ServiceDown')?.status.state).toBe('suppressed');
    expect(statusesOf('ServiceDown')).toEqual([]);
  }, 60_000);
});

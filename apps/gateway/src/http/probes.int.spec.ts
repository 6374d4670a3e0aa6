import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Dependencies } from '#platform';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';

let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

describe('the probes of the gateway', () => {
  it('need no token', async () => {
    const statuses = await Promise.all(
      ['live', 'ready', 'startup'].map(async (probe) => (await gateway.ask('GET', `/health/${probe}`)).status),
    );
    expect(statuses).toEqual([200, 200, 200]);
    expect((await gateway.ask('GET', '/metrics')).json).toContain('http_requests_total');
  });
  it('name what is down', async () => {
    const fail = () => {
      throw new Error('gone');
    };
    gateway.app.get(Dependencies, { strict: false }).add({ name: 'planted', required: true, check: fail });
    const { status, json } = await gateway.ask('GET', '/health/ready');
    expect(status).toBe(503);
    expect(json.error).toEqual({ planted: expect.objectContaining({ status: 'down' }) });
  });
});

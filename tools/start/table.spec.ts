import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import type { RunState } from './run-file.ts';
import { table, uploadCommand } from './table.ts';

const state: RunState = {
  ready: true,
  gatewayUrl: 'http://127.0.0.1:3000',
  docsUrl: 'http://127.0.0.1:3000/docs/',
  demo: { email: 'demo@example.com', password: 'secret', token: 'abc.def.ghi' },
  operator: { email: 'operator@example.com', password: 'other secret' },
  services: { audio: { pid: 1, probeUrl: 'http://127.0.0.1:3001/health/ready', metricsUrl: 'http://127.0.0.1:3001/metrics' } },
  infrastructure: {
    postgres: { url: '', pid: 1, command: '' },
    redis: { url: '', pid: 1, command: '' },
    nats: { url: '', pid: 1, command: '' },
  },
};

describe('the table', () => {
  it.each([
    'http://127.0.0.1:3000/v1',
    '/docs',
    '/health/ready',
    '/metrics',
    'demo@example.com',
    'operator@example.com',
    'abc.def.ghi',
    'curl ',
  ])('shows %s', (what) => {
    expect(table(state, '/tmp/token', '/tmp/sample.ogg')).toContain(what);
  });

  it('shows where Prometheus and Alertmanager listen', () => {
    const observers = { prometheus: 'http://127.0.0.1:9090', alertmanager: 'http://127.0.0.1:9093' };
    expect(table({ ...state, observers }, '/tmp/token', '/tmp/sample.ogg')).toMatch(
      /prometheus +http:\S+9090\n +alertmanager +http:\S+9093/,
    );
  });

  it('offers no upload where only a service runs', () => {
    expect(table({ ...state, gatewayUrl: null, docsUrl: null, demo: null, operator: null }, '/tmp/token', '/tmp/sample.ogg')).not.toContain(
      'curl',
    );
  });
});

describe('uploadCommand', () => {
  it('is one line that a shell reads as meant, whatever the folder is called', () => {
    const command = uploadCommand('http://127.0.0.1:3000', '/dev/null', "/a b/it's $HOME.ogg");
    expect(command).not.toContain('\n');
    const words = execFileSync('sh', ['-c', command.replace(/^curl/, "printf '%s\\n'")], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
    expect(words).toEqual([
      '-sS',
      '-H',
      'Authorization: Bearer ',
      '-F',
      "file=@/a b/it's $HOME.ogg",
      'http://127.0.0.1:3000/v1/tracks?wait=30',
    ]);
  });
});

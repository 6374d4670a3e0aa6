import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { platformConfig, readConfig } from '#platform';
import { testDatabase, testFfmpeg, testNatsUrl, testRedisUrl } from '#testing';
import { checkConfigurations, checkSecretFiles, readVariable } from './configuration.ts';
import { examine, report } from './examine.ts';
import { checkDisk, checkFfmpeg, checkMemory, checkNode, checkOpenFiles, checkPackages } from './machine.ts';
import { checkNats, checkPostgres, checkRedis } from './servers.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-doctor-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what the doctor says of a machine', () => {
  it('names an old Node', () => expect(checkNode('20.1.0')).toMatchObject({ verdict: 'fault', mend: expect.stringContaining('npm ci') }));
  it('names packages that are missing or have another version', () => {
    expect(checkPackages(root)).toMatchObject({ verdict: 'ok' });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies: { absent: '1.0.0', old: '2.0.0', right: '1.0.0' } }));
    for (const name of ['old', 'right']) {
      mkdirSync(join(folder, 'node_modules', name), { recursive: true });
      writeFileSync(join(folder, 'node_modules', name, 'package.json'), JSON.stringify({ version: '1.0.0' }));
    }
    expect(checkPackages(folder)).toMatchObject({
      verdict: 'fault',
      sentence: '2 packages are missing or have another version: absent, old.',
      mend: 'npm ci',
    });
  });
  it('names little memory and few open files', () => {
    expect(checkMemory(1024 ** 3)).toMatchObject({ verdict: 'warning', mend: expect.stringContaining('AUDIO_CACHE_MEMORY_MB') });
    expect(checkOpenFiles('Limit  Soft  Hard\nMax open files            256   4096  files\n')).toMatchObject({ mend: 'ulimit -n 4096' });
    expect(checkOpenFiles('')).toMatchObject({ verdict: 'ok' });
  });
  it('looks for room where the files go, also in a folder that does not exist yet', async () => {
    expect((await checkDisk('disk', join(folder, 'not/yet'))).sentence).toContain(folder);
  });
  it('names a program that does not run', async () => {
    expect(await checkFfmpeg(testFfmpeg())).toMatchObject({ verdict: 'ok' });
    expect(await checkFfmpeg('/nowhere/ffmpeg')).toMatchObject({ verdict: 'fault', mend: expect.stringContaining('apt-get install') });
  });
});

describe('what the doctor says of a configuration', () => {
  const spec = (environment: Readonly<Record<string, string | undefined>>) =>
    readConfig(z.object({ SPEC_MB: z.coerce.number().min(64) }), environment);
  it('lists each fault once, with the services that have it', () => {
    const found = checkConfigurations({ audio: spec, video: spec }, { SPEC_MB: '1' });
    expect(found).toMatchObject([
      {
        verdict: 'fault',
        sentence: expect.stringMatching(/^SPEC_MB: .* \(audio, video\)\.$/),
        mend: expect.stringContaining('export SPEC_MB='),
      },
    ]);
    expect(checkConfigurations({ audio: spec }, { SPEC_MB: '64' })).toMatchObject([{ verdict: 'ok' }]);
  });
  it('names a secret that others can read', () => {
    const path = join(folder, 'identity.key');
    writeFileSync(path, 'secret');
    chmodSync(path, 0o644);
    expect(checkSecretFiles({ GATEWAY_KEY_PATH: path })).toMatchObject([{ verdict: 'warning', mend: `chmod 600 ${path}` }]);
    chmodSync(path, 0o600);
    expect(checkSecretFiles({ GATEWAY_KEY_PATH: path })).toMatchObject([{ verdict: 'ok' }]);
    expect(checkSecretFiles({ GATEWAY_KEY_PATH: join(folder, 'not-yet') })).toEqual([]);
  });
});

describe('the value of a variable', () => {
  it('is also that of the file that NAME_FILE names', () => {
    const path = join(folder, 'url');
    writeFileSync(path, 'nats://nats:4222\n');
    expect(readVariable({ NATS_URL_FILE: path }, 'NATS_URL')).toBe('nats://nats:4222');
    expect(readVariable({ NATS_URL_FILE: join(folder, 'absent') }, 'NATS_URL')).toBeUndefined();
  });
});

describe('what the doctor says of servers', () => {
  let silent: Server;
  beforeAll(async () => {
    silent = createServer((socket) => socket.end('INFO {"version":"2.9.10","jetstream":false,"max_payload":1048576}\r\n'));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void silent.close());

  it('passes those that the tests run on', async () => {
    const database = await testDatabase('doctor');
    const findings = await examine({
      root,
      dataFolder: folder,
      environment: {
        DATABASE_URL: database.url,
        REDIS_URL: await testRedisUrl(),
        NATS_URL: testNatsUrl(),
        BLOB_STORE_URL: `file://${folder}`,
        FFMPEG_PATH: testFfmpeg(),
      },
      configurations: { health: (environment) => readConfig(platformConfig, environment) },
    });
    await database.drop();
    expect(findings.filter(({ verdict }) => verdict === 'fault')).toEqual([]);
    expect(findings.map(({ about }) => about)).toEqual(expect.arrayContaining(['PostgreSQL', 'Redis', 'NATS', 'configuration']));
    expect(report(findings)).toContain('Nothing stops the platform from running here.');
  });
  it('names a server that does not answer, and a NATS without JetStream', async () => {
    expect(await checkPostgres('postgres://a:b@127.0.0.1:1/c')).toMatchObject({
      verdict: 'fault',
      sentence: expect.stringContaining('ECONNREFUSED'),
    });
    expect(await checkNats('nats://127.0.0.1:1')).toMatchObject({ verdict: 'fault' });
    expect(await checkRedis('redis://127.0.0.1:1')).toMatchObject({ verdict: 'warning' });
    const { port } = silent.address() as { port: number };
    expect(await checkNats(`nats://127.0.0.1:${port}`)).toMatchObject({ verdict: 'fault', mend: 'nats-server --jetstream' });
  });
  it('puts faults last, with the command below', () => {
    const text = report([
      { about: 'NATS', verdict: 'fault', sentence: 'No NATS.', mend: 'npm start' },
      { about: 'Node', verdict: 'ok', sentence: 'Node 24.' },
    ]);
    expect(text).toBe(
      'ok       Node           Node 24.\nFAULT    NATS           No NATS.\n                        → npm start\n\n1 fault stops the platform from running here.\n',
    );
  });
});

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as contracts from '#contracts';
import { type ServiceName, serviceNames } from '#contracts';
import { parts, permissionsOf, usersConf } from './permissions.ts';

const root = join(import.meta.dirname, '../..');
const sources = globSync('{apps,libs}/*/src/**/*.ts', { cwd: root })
  .filter((file) => !/spec|fixtures|testing/.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8'));
const found = (pattern: RegExp) => [...new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name!)))];

/** NATS wildcards: `*` matches one token, `>` all that follow. */
const allows = (subjects: readonly string[], subject: string) =>
  subjects.some((allowed) =>
    new RegExp(`^${allowed.replace(/[.$]/g, '\\$&').replaceAll('*', '[^.]+').replace(/>$/, '.+')}$`).test(subject),
  );
const may = (verb: 'publish' | 'subscribe', subject: string) => serviceNames.filter((name) => allows(permissionsOf(name)[verb], subject));

const calls = Object.values(contracts).flatMap((value) =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'rpc' ? [(value as contracts.Rpc).subject] : [],
);
const events = found(/event\(\{\s*subject: '([^']+)'/g);

describe('the permissions of the services', () => {
  it('match deploy/nats/users.conf (update with `npm run deploy:render`)', () => {
    expect(readFileSync(join(import.meta.dirname, 'users.conf'), 'utf8')).toBe(usersConf());
  });
  it.each(calls.filter((subject) => !subject.startsWith('platform.')))(
    '%s: served by its service only, called by the gateway',
    (subject) => {
      expect(may('subscribe', subject)).toEqual([subject.split('.')[0]]);
      expect(may('publish', subject)).toContain('gateway');
    },
  );
  it('allow every service to report health, and the health service to query it', () => {
    expect(may('subscribe', 'platform.service.describe.v1')).toEqual([...serviceNames]);
    expect(may('publish', 'platform.service.describe.v1')).toEqual(['health']);
  });
  it('allow only the cache service to query all caches', () => {
    expect(may('publish', 'platform.cache.describe.v1')).toEqual(['cache']);
    expect(may('subscribe', 'platform.cache.describe.v1')).toEqual(['gateway', 'audio', 'video', 'posts']);
  });
  it.each(events)('%s: published by a service, received by the gateway', (subject) => {
    expect(may('publish', subject).length).toBeGreaterThan(0);
    expect(may('subscribe', subject)).toContain('gateway');
  });
  it('list every job kind with its service', () => {
    const listed = Object.entries(parts).flatMap(([service, { jobs = [] }]) => jobs.map((verb) => `${service}.${verb}`));
    expect(listed.sort()).toEqual(found(/jobKind\(\{\s*name: '([^']+)'/g).sort());
  });
  it.each([...serviceNames])('%s receives only its own replies', (service: ServiceName) => {
    expect(permissionsOf(service).subscribe.filter((subject) => subject.startsWith('_INBOX'))).toEqual([`_INBOX_${service}.>`]);
    expect(may('subscribe', `_INBOX_${service}.x`)).toEqual([service]);
  });
  it.each([
    '$JS.API.STREAM.DELETE.JOBS',
    '$JS.API.STREAM.PURGE.JOBS',
    '$JS.API.CONSUMER.DELETE.JOBS.audio-analyze',
    '$SYS.REQ.SERVER.PING',
  ])('grant %s to no service', (subject) => expect(may('publish', subject)).toEqual([]));
});

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { consumerOf, type ServiceName, serviceNames } from '#contracts';
import { declared, permissionsOf, usersConf } from './permissions.ts';

const root = join(import.meta.dirname, '../..');
const sources = globSync('{apps,libs}/*/src/**/*.ts', { cwd: root })
  .filter((file) => !/spec|fixtures|testing/.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8'));
const found = (pattern: RegExp) => [...new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name!)))];

/** NATS' own rule: `*` is one word, `>` is all that follow. */
const allows = (subjects: readonly string[], subject: string) =>
  subjects.some((allowed) =>
    new RegExp(`^${allowed.replace(/[.$]/g, '\\$&').replaceAll('*', '[^.]+').replace(/>$/, '.+')}$`).test(subject),
  );
const may = (verb: 'publish' | 'subscribe', subject: string) => serviceNames.filter((name) => allows(permissionsOf(name)[verb], subject));

const calls = declared.rpcs.map(({ subject }) => subject);
const events = declared.events.map(({ subject }) => subject);

describe('the permissions of the services', () => {
  it('stand in deploy/nats/users.conf as they are here: if not, run `npm run deploy:render`', () => {
    expect(readFileSync(join(import.meta.dirname, 'users.conf'), 'utf8')).toBe(usersConf());
  });
  it.each(calls.filter((subject) => !subject.startsWith('platform.')))(
    '%s: answered by its service alone, asked by the gateway',
    (subject) => {
      expect(may('subscribe', subject)).toEqual([subject.split('.')[0]]);
      expect(may('publish', subject)).toContain('gateway');
    },
  );
  it('let everybody say how they are, and the health service ask', () => {
    for (const subject of ['platform.service.describe.v1', 'platform.system.describe.v1', 'platform.integrity.describe.v1']) {
      expect(may('subscribe', subject)).toEqual([...serviceNames]);
      expect(may('publish', subject)).toEqual(['health']);
    }
  });
  it('let the cache service alone ask all caches', () => {
    expect(may('publish', 'platform.cache.describe.v1')).toEqual(['cache']);
    expect(may('subscribe', 'platform.cache.describe.v1')).toEqual(['gateway', 'audio', 'video', 'posts']);
  });
  it.each(events)('%s: told by somebody, heard by the gateway', (subject) => {
    expect(may('publish', subject).length).toBeGreaterThan(0);
    expect(may('subscribe', subject)).toContain('gateway');
  });
  it.each(declared.events.flatMap(({ subject, publishedBy }) => (publishedBy ? [[subject, publishedBy]] : [])))(
    '%s: told by the %s alone',
    (subject, publisher) => expect(may('publish', subject!)).toEqual([publisher]),
  );
  it.each(declared.jobKinds.map(({ name }) => name))('%s: taken by its service alone', (name) => {
    const takers = (subject: string) => may('publish', subject);
    expect(takers(`$JS.API.CONSUMER.MSG.NEXT.JOBS.${consumerOf(name)}`)).toEqual([name.split('.')[0]]);
    expect(takers(`$JS.ACK.JOBS.${consumerOf(name)}.1.2.3.4.5`)).toEqual([name.split('.')[0]]);
  });
  it('know every contract: none is declared outside libs/contracts', () => {
    expect(found(/\b(?:rpc|event)\(\{\s*subject: '([^']+)'/g).sort()).toEqual([...calls, ...events].sort());
    expect(found(/jobKind\(\{\s*name: '([^']+)'/g).sort()).toEqual(declared.jobKinds.map(({ name }) => name).sort());
  });
  it.each([...serviceNames])('%s hears answers of its own only', (service: ServiceName) => {
    expect(permissionsOf(service).subscribe.filter((subject) => subject.startsWith('_INBOX'))).toEqual([`_INBOX_${service}.>`]);
    expect(may('subscribe', `_INBOX_${service}.x`)).toEqual([service]);
  });
  it.each([
    '$JS.API.STREAM.DELETE.JOBS',
    '$JS.API.STREAM.PURGE.JOBS',
    '$JS.API.CONSUMER.DELETE.JOBS.audio-recording-analyze',
    '$SYS.REQ.SERVER.PING',
  ])('give %s to nobody', (subject) => expect(may('publish', subject)).toEqual([]));
});

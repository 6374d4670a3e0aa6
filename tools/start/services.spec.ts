import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { serviceNames } from '#contracts/services';
import { root } from '../setup/paths.ts';
import { chosenServices, servicePorts } from './services.ts';

describe('chosenServices', () => {
  it('means all when none is named', () => expect(chosenServices([])).toEqual(serviceNames));
  it('takes each once, in the order of the stack', () =>
    expect(chosenServices(['audio', 'gateway', 'audio'])).toEqual(['gateway', 'audio']));
  it.each(['kong', 'toString'])('knows no %s, and says what there is', (word) =>
    expect(() => chosenServices([word])).toThrow('gateway, audio, video'),
  );
});

describe('files that cannot import the list of services name all of them', () => {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');

  it('the help of npm start', () => expect(read('tools/start.mjs')).toContain(`Services: ${serviceNames.join(', ')}.`));
  it('nest-cli.json', () => expect(Object.keys(JSON.parse(read('nest-cli.json')).projects)).toEqual(serviceNames));
  it('Prometheus, with their ports', () => {
    const [job] = parse(read('deploy/prometheus/prometheus.yml')).scrape_configs;
    const targets = job.dns_sd_configs.map(({ names, port }: { names: string[]; port: number }) => [...names, port]);
    expect(targets).toEqual(Object.entries(servicePorts));
  });
});

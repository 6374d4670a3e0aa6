/** What Kubernetes needs to know of the six services: read from docker-compose.yml and the contracts, so that a new noun needs no edit here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { consumerOf, type ServiceName, serviceNames } from '#contracts';
import { declared } from '../nats/permissions.ts';

const container = z.object({
  image: z.string(),
  environment: z.record(z.string(), z.coerce.string()),
  secrets: z.array(z.string()),
  networks: z.array(z.string()),
  volumes: z.array(z.string()).default([]),
  mem_limit: z.string().regex(/^\d+[mg]$/),
  cpus: z.number(),
});

export interface ServiceSpec {
  readonly name: ServiceName;
  readonly image: string;
  /** Values that differ between installations are those of docker-compose.yml. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly port: number;
  /** In the notation of Kubernetes. */
  readonly memory: string;
  readonly cpus: number;
  /** Calls servers outside: webhooks, imports, providers. */
  readonly goesOut: boolean;
  readonly hasFiles: boolean;
  readonly hasDatabase: boolean;
  /** JetStream consumers of its kinds of jobs. */
  readonly consumers: readonly string[];
}

const composeFile = join(import.meta.dirname, '../../docker-compose.yml');

export function readServices(text = readFileSync(composeFile, 'utf8')): ServiceSpec[] {
  const { services } = z.object({ services: z.record(z.string(), z.unknown()) }).parse(parse(text, { merge: true }));
  return serviceNames.map((name) => {
    const { image, environment, secrets, networks, volumes, mem_limit, cpus } = container.parse(services[name]);
    const values = Object.entries(environment).map(([key, value]) => [key, value.replace(/^\$\{\w+:-(.*)\}$/, '$1')] as const);
    const own = declared.jobKinds.filter((kind) => kind.name.startsWith(`${name}.`));
    return {
      name,
      image,
      environment: Object.fromEntries(values),
      secrets,
      port: Number(environment.HTTP_PORT),
      memory: mem_limit.replace('g', 'Gi').replace('m', 'Mi'),
      cpus,
      goesOut: networks.includes('outbound'),
      hasFiles: volumes.length > 0,
      hasDatabase: name !== 'health',
      consumers: own.map((kind) => consumerOf(kind.name)).toSorted(),
    };
  });
}

/** Those that run jobs in numbers: they grow with the queue. */
export const workers: readonly ServiceName[] = ['audio', 'video', 'posts'];

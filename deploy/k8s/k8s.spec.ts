import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { serviceNames } from '#contracts';
import { platformConfig } from '#platform';
import { gatewaySchema } from '../../apps/gateway/src/config.ts';
import { postsConfigSchema } from '../../apps/posts/src/config.ts';
import { manifests } from './manifests.ts';
import { readServices, workers } from './services.ts';

const here = import.meta.dirname;
/** Of services that take more than every service does. */
const schemas: Readonly<Record<string, { readonly shape: object }>> = { gateway: gatewaySchema, posts: postsConfigSchema };
const rendered = manifests();
// biome-ignore lint/suspicious/noExplicitAny: manifests are read as Kubernetes reads them
type Manifest = any;
const documents = (path: string): Manifest[] => parseAllDocuments(rendered[path]!).map((document) => document.toJS());
const kustomizations = Object.keys(rendered).filter((path) => path.endsWith('kustomization.yaml'));
const resources = Object.keys(rendered).filter((path) => !path.endsWith('kustomization.yaml'));
const all = resources.flatMap(documents);
const ofKind = (kind: string): Manifest[] => all.filter((each) => each.kind === kind);
const deployments = ofKind('Deployment');
const containers = [...deployments, ...ofKind('Job')].flatMap(({ spec }) => [
  ...spec.template.spec.containers,
  ...(spec.template.spec.initContainers ?? []),
]);
const specs = new Map(readServices().map((service) => [service.name as string, service]));

describe('deploy/k8s', () => {
  it('is as rendered: if not, run `npm run deploy:render`', () => {
    const present = globSync('**/*.yaml', { cwd: here }).toSorted();
    expect(present).toEqual(Object.keys(rendered).toSorted());
    for (const [path, text] of Object.entries(rendered)) expect(readFileSync(join(here, path), 'utf8')).toBe(text);
  });
  it.each(kustomizations)('%s names files that are there', (path) => {
    const { resources = [], components = [] } = parse(rendered[path]!) as { resources?: string[]; components?: string[] };
    for (const each of [...resources, ...components]) expect([each, existsSync(join(here, dirname(path), each))]).toEqual([each, true]);
  });
  it('has every resource under one name, with the labels that policies select', () => {
    const base = resources.filter((path) => path.startsWith('base/')).flatMap(documents);
    const names = base.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { metadata, apiVersion, kind } of all) {
      expect([kind, typeof apiVersion, metadata.labels['app.kubernetes.io/part-of']]).toEqual([kind, 'string', 'rafaga']);
    }
  });
  it('runs the six services', () => expect(deployments.map(({ metadata }) => metadata.name)).toEqual([...serviceNames]));
});

describe.each([...serviceNames])('the pods of %s', (name) => {
  const { spec } = deployments.find(({ metadata }) => metadata.name === name)!;
  const pod = spec.template.spec;
  const [container] = pod.containers;
  const environment = new Map<string, string>(container.env.map((each: { name: string; value: string }) => [each.name, each.value]));

  it('are selected by their deployment, service and budget', () => {
    const label = { 'app.kubernetes.io/name': name };
    expect(spec.template.metadata.labels).toMatchObject(label);
    expect(spec.selector.matchLabels).toEqual(label);
    expect(ofKind('Service').find(({ metadata }) => metadata.name === name).spec.selector).toEqual(label);
    expect(ofKind('PodDisruptionBudget').find(({ metadata }) => metadata.name === name).spec.selector.matchLabels).toEqual(label);
    for (const { labelSelector } of pod.topologySpreadConstraints) expect(labelSelector.matchLabels).toEqual(label);
  });
  it('are probed where the service listens', () => {
    const port = Number(environment.get('HTTP_PORT'));
    expect(container.ports).toEqual([{ name: 'http', containerPort: port }]);
    expect(ofKind('Service').find(({ metadata }) => metadata.name === name).spec.ports[0]).toMatchObject({ port, targetPort: 'http' });
    for (const [probe, path] of Object.entries({ startupProbe: 'startup', readinessProbe: 'ready', livenessProbe: 'live' }))
      expect(container[probe].httpGet).toEqual({ path: `/health/${path}`, port: 'http' });
  });
  it('have time to stop, and memory that is promised', () => {
    const stopMs = Number(environment.get('SHUTDOWN_DELAY_MS')) + Number(environment.get('SHUTDOWN_GRACE_MS'));
    expect(1_000 * pod.terminationGracePeriodSeconds).toBeGreaterThan(stopMs + 5_000);
    expect(container.resources.requests.memory).toBe(container.resources.limits.memory);
  });
  it('get variables that the service knows, and the secrets that these name', () => {
    const known = Object.keys((schemas[name] ?? platformConfig).shape);
    const unknown = [...environment.keys()]
      .map((variable) => variable.replace(/_FILE$/, ''))
      .filter((variable) => !known.includes(variable));
    expect(unknown).toEqual(['NODE_ENV']);
    const mounted = pod.volumes
      .find((volume: { name: string }) => volume.name === 'secrets')
      .secret.items.map((item: { path: string }) => item.path);
    const named = [...environment.values()]
      .filter((value) => value.startsWith('/run/secrets/'))
      .map((value) => value.slice('/run/secrets/'.length));
    expect(named.toSorted()).toEqual(mounted.toSorted());
  });
  it('mount volumes that they have', () => {
    const volumes = pod.volumes.map((volume: { name: string }) => volume.name);
    expect(container.volumeMounts.map((mount: { name: string }) => mount.name)).toEqual(volumes);
    expect(volumes.includes('blobs')).toBe(specs.get(name)!.hasFiles);
  });
});

describe('every container', () => {
  it.each(containers.map((container) => [container.name, container]))(
    '%s has no powers and a root it cannot write to',
    (_name, container) => {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources.limits.memory).toMatch(/^\d+[MG]i$/);
      expect(container.image).toMatch(/^rafaga:\d+\.\d+\.\d+$/);
    },
  );
});

describe('around the pods', () => {
  it('a job migrates every service that has a database, one after the other', () => {
    const { initContainers, containers: last } = ofKind('Job')[0].spec.template.spec;
    const services = serviceNames.filter((name) => name !== 'health');
    expect([...initContainers, ...last].map(({ args }) => args)).toEqual(
      services.map((name) => [`dist/apps/${name}/src/main.js`, 'migrate']),
    );
  });
  it('scaling has a target, by CPU or by every queue of its kinds, never both for one', () => {
    const targets = (path: string) => documents(path).map(({ spec }) => spec.scaleTargetRef.name as string);
    const [base, cpu, keda] = ['base', 'components/cpu-scaling', 'components/keda'].map((folder) => targets(`${folder}/scaling.yaml`));
    for (const target of [...base!, ...cpu!, ...keda!]) expect(deployments.map(({ metadata }) => metadata.name)).toContain(target);
    expect(base!.filter((target) => cpu!.includes(target) || keda!.includes(target))).toEqual([]);
    expect(cpu).toEqual([...workers]);
    for (const { metadata, spec } of ofKind('ScaledObject')) {
      const consumers = spec.triggers
        .filter(({ type }: Manifest) => type === 'nats-jetstream')
        .map((trigger: Manifest) => trigger.metadata.consumer);
      expect(consumers).toEqual(specs.get(metadata.name)!.consumers);
      expect(consumers.length).toBeGreaterThan(0);
    }
  });
  it('nothing may come in or go out but what a policy allows; calls outside do not reach private addresses', () => {
    const policies = new Map<string, Manifest>(ofKind('NetworkPolicy').map(({ metadata, spec }) => [metadata.name, spec]));
    expect(policies.get('default-deny')).toMatchObject({ policyTypes: ['Ingress', 'Egress'] });
    expect(policies.get('default-deny')).not.toHaveProperty('ingress');
    const [{ to }] = policies.get('outbound').egress;
    expect(to[0].ipBlock.except).toEqual(expect.arrayContaining(['10.0.0.0/8', '169.254.0.0/16']));
    expect(policies.get('outbound').podSelector.matchExpressions[0].values).toEqual(['gateway', 'audio', 'posts']);
    expect(policies.get('edge').ingress[0].ports).toEqual([{ protocol: 'TCP', port: 3_000 }]);
  });
  it('with S3 no pod mounts a volume for files', () => {
    const { patches } = parse(rendered['components/s3/kustomization.yaml']!) as {
      patches: { target: { kind: string; name: string }; patch: string }[];
    };
    for (const { target, patch } of patches.filter(({ target: { kind } }) => kind === 'Deployment')) {
      const pod = deployments.find(({ metadata }) => metadata.name === target.name)!.spec.template.spec;
      const [volume, mount, url] = parse(patch) as { path: string; value?: string }[];
      const at = (path: string) =>
        path
          .split('/')
          .slice(4)
          .reduce((value: Manifest, key) => value[key], pod);
      expect([at(volume!.path).name, at(mount!.path).name]).toEqual(['blobs', 'blobs']);
      expect(at(url!.path.replace('/value', '')).name).toBe('BLOB_STORE_URL');
    }
    const patched = patches.map(({ target }) => target.name).filter((name) => name !== 'blobs');
    expect(patched).toEqual([...specs.values()].filter(({ hasFiles }) => hasFiles).map(({ name }) => name));
  });
});

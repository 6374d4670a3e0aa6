/** The files of deploy/k8s, by path: a base, components to choose from, and overlays that put them together. */
import { stringify } from 'yaml';
import { blobClaim, clusterService, cpuScaling, disruptionBudget, networkPolicies, scaledByCpu, scaledByQueue } from './around.ts';
import { readServices, type ServiceSpec } from './services.ts';
import { deployment, labelsOf, migrations, type Resource } from './workloads.ts';

/** Aliases would be valid, and hard to read. */
const format = { lineWidth: 0, aliasDuplicateObjects: false } as const;
const note = '# Rendered by `npm run deploy:render`; a test fails when it is out of date.\n';
const documents = (resources: readonly Resource[]) => note + resources.map((each) => stringify(each, format)).join('---\n');
const kustomization = (kind: 'Kustomization' | 'Component', content: object) => {
  const apiVersion = kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1';
  return note + stringify({ apiVersion, kind, ...content }, format);
};

/** Without files in a volume: in S3, whose address stands in the overlay. */
function s3(services: readonly ServiceSpec[]): object {
  const remove = (path: string) => ({ op: 'remove', path });
  const withFiles = services.filter(({ hasFiles }) => hasFiles);
  return {
    patches: [
      {
        target: { kind: 'PersistentVolumeClaim', name: 'blobs' },
        patch: stringify({ $patch: 'delete', apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'blobs' } }),
      },
      ...withFiles.map(({ name, environment }) => ({
        target: { kind: 'Deployment', name },
        patch: stringify([
          remove('/spec/template/spec/volumes/2'),
          remove('/spec/template/spec/containers/0/volumeMounts/2'),
          {
            op: 'replace',
            path: `/spec/template/spec/containers/0/env/${Object.keys(environment).indexOf('BLOB_STORE_URL')}/value`,
            value: 's3://rafaga-blobs?region=eu-west-1',
          },
        ]),
      })),
    ],
  };
}

/** One of two sets of pods side by side, each in a namespace of its own; the servers stay in the namespace rafaga. Kong decides which one is used. */
const colour = (name: 'blue' | 'green') =>
  kustomization('Kustomization', { namespace: `rafaga-${name}`, resources: ['../production', 'nats.yaml'] });

const natsElsewhere: Resource = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'nats', labels: labelsOf('nats') },
  spec: { type: 'ExternalName', externalName: 'nats.rafaga.svc.cluster.local' },
};

export function manifests(services: readonly ServiceSpec[] = readServices()): Readonly<Record<string, string>> {
  const [image] = services.map((service) => service.image);
  const [newName, newTag] = image!.split(':');
  return {
    'base/kustomization.yaml': kustomization('Kustomization', {
      resources: [...services.map(({ name }) => `${name}.yaml`), 'migrations.yaml', 'network-policies.yaml', 'blobs.yaml', 'scaling.yaml'],
      images: [{ name: newName, newName, newTag }],
    }),
    ...Object.fromEntries(
      services.map((service) => [
        `base/${service.name}.yaml`,
        documents([deployment(service), clusterService(service), disruptionBudget(service)]),
      ]),
    ),
    'base/migrations.yaml': documents([migrations(services)]),
    'base/network-policies.yaml': documents(networkPolicies(services)),
    'base/blobs.yaml': documents([blobClaim]),
    'base/scaling.yaml': documents([cpuScaling('gateway')]),
    'components/cpu-scaling/kustomization.yaml': kustomization('Component', { resources: ['scaling.yaml'] }),
    'components/cpu-scaling/scaling.yaml': documents(scaledByCpu(services)),
    'components/keda/kustomization.yaml': kustomization('Component', { resources: ['scaling.yaml'] }),
    'components/keda/scaling.yaml': documents(scaledByQueue(services)),
    'components/s3/kustomization.yaml': kustomization('Component', s3(services)),
    'overlays/small/kustomization.yaml': kustomization('Kustomization', {
      namespace: 'rafaga',
      resources: ['../../base'],
      patches: [
        {
          target: { kind: 'HorizontalPodAutoscaler', name: 'gateway' },
          patch: stringify([{ op: 'replace', path: '/spec/minReplicas', value: 1 }]),
        },
      ],
    }),
    'overlays/production/kustomization.yaml': kustomization('Kustomization', {
      namespace: 'rafaga',
      resources: ['../../base'],
      components: ['../../components/keda', '../../components/s3'],
      replicas: [
        { name: 'cache', count: 2 },
        { name: 'health', count: 2 },
      ],
    }),
    'overlays/blue/kustomization.yaml': colour('blue'),
    'overlays/green/kustomization.yaml': colour('green'),
    ...Object.fromEntries(['blue', 'green'].map((name) => [`overlays/${name}/nats.yaml`, documents([natsElsewhere])])),
  };
}

/** Pods of the services: deployments and the job that migrates before an upgrade. */
import type { ServiceSpec } from './services.ts';

export type Resource = Readonly<Record<string, unknown>> & {
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
};

export const labelsOf = (name: string) => ({ 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'rafaga' });
const user = 10_001;

export function deployment(service: ServiceSpec): Resource {
  const { name } = service;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: labelsOf(name) },
    spec: {
      revisionHistoryLimit: 5,
      minReadySeconds: 5,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      template: { metadata: { labels: labelsOf(name) }, spec: { ...podOf(service), containers: [mainContainer(service)] } },
    },
  };
}

/** Runs the migrations of one service after the other; services that start meanwhile wait for its lock. */
export function migrations(services: readonly ServiceSpec[]): Resource {
  const containers = services.filter(({ hasDatabase }) => hasDatabase).map(migrationContainer);
  const secrets = [...new Set(services.flatMap((service) => service.secrets))].toSorted();
  const [first, last] = [containers.slice(0, -1), containers.slice(-1)];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'migrations', labels: labelsOf('migrations'), annotations: { 'argocd.argoproj.io/hook': 'PreSync' } },
    spec: {
      backoffLimit: 3,
      activeDeadlineSeconds: 3_600,
      ttlSecondsAfterFinished: 86_400,
      template: {
        metadata: { labels: labelsOf('migrations') },
        spec: { ...pod(secrets, false), restartPolicy: 'Never', initContainers: first, containers: last },
      },
    },
  };
}

function podOf({ name, secrets, hasFiles }: ServiceSpec) {
  const matches = { labelSelector: { matchLabels: { 'app.kubernetes.io/name': name } } };
  const spread = { maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', ...matches };
  return {
    ...pod(secrets, hasFiles),
    topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({ ...spread, topologyKey })),
    terminationGracePeriodSeconds: 45, // SHUTDOWN_DELAY_MS, SHUTDOWN_GRACE_MS and some
  };
}

function pod(secrets: readonly string[], hasFiles: boolean) {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false, // would set variables such as GATEWAY_PORT
    securityContext: { runAsNonRoot: true, runAsUser: user, runAsGroup: user, fsGroup: user, seccompProfile: { type: 'RuntimeDefault' } },
    volumes: [
      { name: 'tmp', emptyDir: { sizeLimit: '4Gi' } },
      { name: 'secrets', secret: { secretName: 'rafaga', items: secrets.map((key) => ({ key, path: key })) } },
      ...(hasFiles ? [{ name: 'blobs', persistentVolumeClaim: { claimName: 'blobs' } }] : []),
    ],
  };
}

function mainContainer(service: ServiceSpec) {
  const probe = (path: string, more: object) => ({ httpGet: { path: `/health/${path}`, port: 'http' }, ...more });
  return {
    ...container(service),
    ports: [{ name: 'http', containerPort: service.port }],
    startupProbe: probe('startup', { periodSeconds: 2, failureThreshold: 90, timeoutSeconds: 2 }),
    readinessProbe: probe('ready', { periodSeconds: 5, failureThreshold: 2, timeoutSeconds: 3 }),
    livenessProbe: probe('live', { periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5 }),
    resources: {
      requests: { cpu: `${service.cpus * 250}m`, memory: service.memory },
      limits: { memory: service.memory }, // no CPU limit: throttling delays answers, requests divide a busy node
    },
  };
}

function migrationContainer(service: ServiceSpec) {
  const { name, args, ...rest } = container(service);
  return {
    ...rest,
    name: `migrate-${name}`,
    args: [...args, 'migrate'],
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    volumeMounts: rest.volumeMounts.filter((mount) => mount.name !== 'blobs'),
  };
}

function container({ name, image, environment, hasFiles }: ServiceSpec) {
  return {
    name,
    image,
    command: ['node'],
    args: [`dist/apps/${name}/src/main.js`],
    env: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'secrets', mountPath: '/run/secrets', readOnly: true },
      ...(hasFiles ? [{ name: 'blobs', mountPath: '/var/lib/rafaga/blobs' }] : []),
    ],
  };
}

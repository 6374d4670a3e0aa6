/** What stands around the pods: services, budgets for evictions, scaling, network policies, the claim for files. */
import { type ServiceSpec, workers } from './services.ts';
import { labelsOf, type Resource } from './workloads.ts';

export function clusterService({ name, port }: ServiceSpec): Resource {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: labelsOf(name) },
    spec: {
      clusterIP: 'None', // its name resolves to every copy: Kong and Prometheus reach each of them
      selector: { 'app.kubernetes.io/name': name },
      ports: [{ name: 'http', port, targetPort: 'http' }],
    },
  };
}

export function disruptionBudget({ name }: ServiceSpec): Resource {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, labels: labelsOf(name) },
    spec: { maxUnavailable: 1, selector: { matchLabels: { 'app.kubernetes.io/name': name } } },
  };
}

/** By the CPU time that a copy asks for. */
export function cpuScaling(name: string, minReplicas = 2): Resource {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, labels: labelsOf(name) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas,
      maxReplicas: 10,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 150 } } }],
      behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
    },
  };
}

/** By the jobs that wait in JetStream, kind by kind; CPU counts as well, for requests. */
export function queueScaling({ name, consumers }: ServiceSpec): Resource {
  const queues = consumers.map((consumer) => ({
    type: 'nats-jetstream',
    metadata: {
      natsServerMonitoringEndpoint: 'nats.rafaga.svc.cluster.local:8222', // KEDA asks from its own namespace
      account: '$G',
      stream: 'JOBS',
      consumer,
      lagThreshold: '5',
      activationLagThreshold: '0',
    },
  }));
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name, labels: labelsOf(name) },
    spec: {
      scaleTargetRef: { name },
      minReplicaCount: 1,
      maxReplicaCount: 20,
      cooldownPeriod: 300,
      triggers: [...queues, { type: 'cpu', metricType: 'Utilization', metadata: { value: '150' } }],
    },
  };
}

const everyPod = { 'app.kubernetes.io/part-of': 'rafaga' };
const tcp = (...ports: number[]) => ports.map((port) => ({ protocol: 'TCP', port }));
/** Private and link-local addresses: what calls outside must not reach, the metadata service of the cloud among it. */
const inside = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'];

/** Nothing may talk to anything but what stands here. */
export function networkPolicies(services: readonly ServiceSpec[]): Resource[] {
  const gateway = services.find(({ name }) => name === 'gateway')!;
  const policy = (name: string, spec: object): Resource => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, labels: labelsOf(name) },
    spec,
  });
  const dns = { to: [{ namespaceSelector: {} }], ports: [...tcp(53), { protocol: 'UDP', port: 53 }] };
  return [
    policy('default-deny', { podSelector: { matchLabels: everyPod }, policyTypes: ['Ingress', 'Egress'] }),
    policy('servers', {
      podSelector: { matchLabels: everyPod },
      policyTypes: ['Egress'],
      egress: [dns, { ports: tcp(5432, 6379, 4222) }], // PostgreSQL, Redis and NATS, in the cluster or managed
    }),
    policy('metrics', {
      podSelector: { matchLabels: everyPod },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } } }],
          ports: tcp(...services.map(({ port }) => port)),
        },
      ],
    }),
    policy('edge', {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'gateway' } },
      policyTypes: ['Ingress'],
      ingress: [
        { from: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'app.kubernetes.io/name': 'kong' } } }], ports: tcp(gateway.port) },
      ],
    }),
    policy('outbound', {
      podSelector: {
        matchExpressions: [
          {
            key: 'app.kubernetes.io/name',
            operator: 'In',
            values: services.filter(({ goesOut }) => goesOut).map(({ name }) => name),
          },
        ],
      },
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: inside } }], ports: tcp(80, 443) }],
    }),
  ];
}

export const blobClaim: Resource = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'blobs', labels: labelsOf('blobs') },
  spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '100Gi' } } },
};

export const scaledByCpu = (services: readonly ServiceSpec[]) =>
  services.filter(({ name }) => workers.includes(name)).map(({ name }) => cpuScaling(name));
export const scaledByQueue = (services: readonly ServiceSpec[]) =>
  services.filter(({ name, consumers }) => workers.includes(name) && consumers.length > 0).map(queueScaling);

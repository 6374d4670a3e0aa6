/** systemd units for machines without containers: a template for the services, one target for all. */
import { readServices, type ServiceSpec } from '../k8s/services.ts';

const note = '# Rendered by `npm run deploy:render`; a test fails when it is out of date.\n';

/** `rafaga@audio.service`: the name of the service is the instance. */
const service = `${note}[Unit]
Description=Ráfaga: %i
Documentation=file:/opt/rafaga/docs/operations.md
PartOf=rafaga.target
After=network-online.target postgresql.service redis-server.service nats-server.service
Wants=network-online.target
StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
Type=exec
User=rafaga
Group=rafaga
WorkingDirectory=/opt/rafaga
EnvironmentFile=/etc/rafaga/rafaga.env
EnvironmentFile=/etc/rafaga/%i.env
ExecStart=/usr/bin/node dist/apps/%i/src/main.js
Restart=always
RestartSec=2
# SIGTERM, then SHUTDOWN_DELAY_MS and SHUTDOWN_GRACE_MS; child processes are stopped by the service itself.
KillMode=mixed
TimeoutStopSec=45
OOMPolicy=continue
LimitNOFILE=65536
TasksMax=512

# What it does not need, it does not get.
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ReadWritePaths=/var/lib/rafaga
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
SystemCallArchitectures=native
UMask=0077

[Install]
WantedBy=rafaga.target
`;

const target = (services: readonly ServiceSpec[]) => `${note}[Unit]
Description=Ráfaga
Wants=${services.map(({ name }) => `rafaga@${name}.service`).join(' ')}

[Install]
WantedBy=multi-user.target
`;

/** Memory and CPU of a service as in docker-compose.yml. */
const limits = ({ memory, cpus }: ServiceSpec) => `${note}[Service]
MemoryMax=${memory.replace('i', '')}
CPUQuota=${cpus * 100}%
`;

/** What differs between the services; addresses and secrets are the same for all and stand in rafaga.env. */
const environment = ({ environment: { HTTP_PORT } }: ServiceSpec) => `HTTP_PORT=${HTTP_PORT}\nHTTP_HOST=127.0.0.1\n`;

const shared = `# Copy to /etc/rafaga/rafaga.env, owner root, mode 0640, group rafaga. docs/operations.md lists every variable.
NODE_ENV=production
DATABASE_URL_FILE=/etc/rafaga/secrets/database_url
REDIS_URL_FILE=/etc/rafaga/secrets/redis_url
NATS_URL=nats://127.0.0.1:4222
BLOB_STORE_URL=file:///var/lib/rafaga/blobs
GATEWAY_KEY_PATH=/var/lib/rafaga/identity.key
POSTS_KEY_PATH=/var/lib/rafaga/posts.key
SHUTDOWN_DELAY_MS=0
SHUTDOWN_GRACE_MS=30000
`;

/** @returns contents by path below deploy/systemd */
export function units(services: readonly ServiceSpec[] = readServices()): Readonly<Record<string, string>> {
  return {
    'rafaga@.service': service,
    'rafaga.target': target(services),
    ...Object.fromEntries(services.map((each) => [`rafaga@${each.name}.service.d/limits.conf`, limits(each)])),
    'etc/rafaga.env.example': shared,
    ...Object.fromEntries(services.map((each) => [`etc/${each.name}.env`, environment(each)])),
  };
}

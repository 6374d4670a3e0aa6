/** NATS, Redis and PostgreSQL with certificates of a test CA, for specs. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort, type ManagedServer, requireTool, startPostgres, startServer } from '#testing/servers';

export interface Authority {
  /** PEM. */
  readonly ca: string;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Creates a CA and a certificate for localhost with openssl in `folder`. */
export function makeAuthority(folder: string): Authority {
  mkdirSync(folder, { recursive: true });
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync(requireTool('openssl'), args, { stdio: 'pipe', cwd: folder });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=spec authority');
  openssl('req', ...curve, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'server.pem',
    '-days',
    '2',
    '-extfile',
    'names',
  );
  return { ca: readFileSync(at('ca.pem'), 'utf8'), caFile: at('ca.pem'), certFile: at('server.pem'), keyFile: at('server.key') };
}

/** @param users lines for the `authorization` block */
export async function startTlsNats(folder: string, { certFile, keyFile }: Authority, users = ''): Promise<ManagedServer> {
  const port = await freePort();
  const file = join(folder, 'nats.conf');
  const authorization = users ? `authorization {\n${users}\n}\n` : '';
  writeFileSync(file, `host: "127.0.0.1"\nport: ${port}\ntls { cert_file: "${certFile}", key_file: "${keyFile}" }\n${authorization}`);
  return startServer({
    name: 'nats-server',
    url: `tls://127.0.0.1:${port}`,
    command: requireTool('nats-server'),
    args: ['-c', file],
    logFile: join(folder, 'nats.log'),
    isReady: () => listens(port),
  });
}

export async function startTlsRedis(folder: string, { caFile, certFile, keyFile }: Authority): Promise<ManagedServer> {
  const port = await freePort();
  const tls = {
    'tls-port': port,
    'tls-cert-file': certFile,
    'tls-key-file': keyFile,
    'tls-ca-cert-file': caFile,
    'tls-auth-clients': 'no',
  };
  const settings = { port: 0, bind: '127.0.0.1', dir: folder, save: '', requirepass: 'redis secret', ...tls };
  return startServer({
    name: 'redis-server',
    url: `rediss://:redis%20secret@127.0.0.1:${port}`,
    command: requireTool('redis-server'),
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    logFile: join(folder, 'redis.log'),
    isReady: () => listens(port),
  });
}

export async function startTlsPostgres(folder: string, { certFile, keyFile }: Authority): Promise<ManagedServer> {
  const dataDir = join(folder, 'postgres');
  const server = await startPostgres({ dataDir, skipFsync: true });
  const { uid, gid } = statSync(dataDir);
  const files = [certFile, keyFile].map((file, at) => {
    const own = join(dataDir, `server.${at}`);
    copyFileSync(file, own);
    chownSync(own, uid, gid);
    chmodSync(own, 0o600);
    return own;
  });
  appendFileSync(join(dataDir, 'postgresql.conf'), `\nssl = on\nssl_cert_file = '${files[0]}'\nssl_key_file = '${files[1]}'\n`);
  await server.restart();
  return server;
}

const listens = (port: number) =>
  new Promise<boolean>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', reject);
    socket.once('connect', () => socket.destroy());
  });

/** Addresses of a Redis Cluster: `redis-cluster://user:password@host:port?nodes=host:port,host:port`, with TLS `rediss-cluster://`. */

export interface ClusterAddress {
  /** Where the cluster is asked for its nodes; one that answers is enough. */
  readonly seeds: readonly { readonly host: string; readonly port: number }[];
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly isTls: boolean;
}

const defaultPort = 6_379;

/** @returns undefined for the address of a single Redis. @throws RangeError for a further node that is not `host:port` */
export function clusterAddress(url: string): ClusterAddress | undefined {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  if (!/^rediss?-cluster:$/.test(protocol)) return undefined;
  const further = (searchParams.get('nodes') ?? '').split(',').filter(Boolean).map(seedOf);
  return {
    seeds: [{ host: bare(hostname), port: Number(port || defaultPort) }, ...further],
    username: username ? decodeURIComponent(username) : undefined,
    password: password ? decodeURIComponent(password) : undefined,
    isTls: protocol === 'rediss-cluster:',
  };
}

function seedOf(text: string) {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (!host || Number(port) > 65_535) throw new RangeError(`not host:port of a node: ${text}`);
  return { host: bare(host), port: Number(port) };
}

/** An IPv6 address without its brackets. */
const bare = (host: string) => host.replace(/^\[|\]$/g, '');

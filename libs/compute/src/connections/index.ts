/** Pooled connections to other people's APIs; apart from the rest of the library, because undici costs each process 10 MB that loads it. */

export { ConnectionManager, type ConnectionOptions } from './connection-manager.ts';
export type { Upstream } from './upstream.ts';
export type { UpstreamEndpoint, UpstreamOptions, UpstreamRequest, UpstreamResponse } from './upstream-options.ts';

/** What an upstream is, what it is asked and what it answers. */
import type { IncomingHttpHeaders } from 'node:http';

export interface UpstreamEndpoint {
  /** From a closed set: a metric label. Default: its index. */
  readonly name?: string;
  /** Base address: `https://api.example.com/v2`. The path of a request is appended to its path. */
  readonly url: string;
}

/** Requests that find out whether an endpoint works, sent only to endpoints without any answer since the check before. */
export interface ActiveChecks {
  /** Any answer below 500 is good. */
  readonly path: string;
  /** Between checks of one endpoint. Checks stop when the upstream has not been used for ten times as long. */
  readonly everyMs: number;
}

export interface UpstreamOptions {
  /** From a closed set: the metric label `service_type`. */
  readonly name: string;
  /** At least one; all of them answer alike. */
  readonly endpoints: readonly UpstreamEndpoint[];
  readonly checks?: ActiveChecks;
  /** Largest body of an answer; default 1 MiB. */
  readonly maxBytes?: number;
}

export interface UpstreamRequest {
  /** Begins with `/`; may have a query. */
  readonly path: string;
  /** Default: GET. */
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether it is safe to send twice; default: whether it is a GET. */
  readonly isRepeatable?: boolean;
  /** From the call to the last byte, repetitions included; default and upper bound: the time-out of the manager. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface UpstreamResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Whole; not decompressed. */
  readonly body: Buffer;
  /** Name of the endpoint that answered. */
  readonly endpoint: string;
}

/** One request to one address, as a transport sends it. */
export interface TransportRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly maxBytes: number;
  /** Its reason is always a Failure. */
  readonly signal: AbortSignal;
  /** Longest time that the request may take: for time-outs below the signal. */
  readonly timeoutMs: number;
}

export interface SocketCounts {
  /** With a request. */
  readonly active: number;
  /** Kept open for the next request. */
  readonly idle: number;
}

/** How requests to one endpoint travel. */
export interface Transport {
  /**
   * Redirects are answers.
   *
   * @throws Failure `address-refused`; `remote-unreachable` for DNS, connection, certificate errors and broken answers; `payload-too-large`; the reason
   *   of `signal`
   */
  send(request: TransportRequest): Promise<Omit<UpstreamResponse, 'endpoint'>>;
  readonly sockets: SocketCounts;
  close(): Promise<void>;
}

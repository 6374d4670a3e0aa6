/** Checks where a user-supplied URL leads: first the URL itself, then every address of its name. */
import { isIP } from 'node:net';
import { Failure } from '#contracts/plain';
import { isPublicAddress } from './public-address.ts';

/** Resolves a name. @returns its IPv4 and IPv6 addresses; @throws when there are none or the query fails */
export type ResolveName = (hostname: string, signal: AbortSignal) => Promise<readonly string[]>;

export interface OutboundPolicy {
  /** Allowed TCP ports. */
  readonly ports: readonly number[];
  /** `127.0.0.1:8080`, `[::1]:8080`: addresses that are allowed although they are not public. Dangerous; for tests. */
  readonly allowPrivate: readonly string[];
}

export interface Destination {
  readonly url: URL;
  /** Without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Checked, in the order in which to try them. Connect to these and do not resolve the name again. */
  readonly addresses: readonly string[];
}

export const refused = (why: string, cause?: unknown): Failure => new Failure('address-refused', why, { cause });

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
const maxUrlLength = 2_048;
const maxAddresses = 16;

/**
 * Checks a URL without a DNS query.
 *
 * @throws Failure `address-refused`: not a URL, not http(s), with credentials, a port that is not allowed, an address that is not public
 */
export function checkUrl(text: string, policy: OutboundPolicy): URL {
  if (text.length > maxUrlLength || !URL.canParse(text)) throw refused('This is not an address that can be called.');
  const url = new URL(text);
  if (!(url.protocol in defaultPorts)) throw refused('Only http and https addresses are called.');
  if (url.username || url.password) throw refused('An address with a user name or password is not called.');
  const { hostname, port } = hostOf(url);
  if (isIP(hostname)) checkAddress(hostname, port, policy);
  else if (isLoopbackName(hostname)) checkAddress('127.0.0.1', port, policy);
  else if (!policy.ports.includes(port) && policy.allowPrivate.length === 0) throw portRefused(port);
  return url;
}

/**
 * Resolves the name once; later DNS answers have no effect (no DNS rebinding).
 *
 * @throws Failure `address-refused` when any of the addresses is not public; `remote-unreachable` when the name has none
 */
export async function findDestination(url: URL, policy: OutboundPolicy, resolve: ResolveName, signal: AbortSignal): Promise<Destination> {
  checkUrl(url.href, policy);
  const { hostname, port } = hostOf(url);
  const addresses = isIP(hostname) ? [hostname] : await resolveName(hostname, resolve, signal);
  for (const address of addresses) checkAddress(address, port, policy);
  return { url, hostname, port, addresses };
}

/** RFC 6761, section 6.3: these names mean this machine, whatever the DNS answers. */
const isLoopbackName = (hostname: string): boolean => /(?:^|\.)localhost\.?$/i.test(hostname);

function hostOf(url: URL): { hostname: string; port: number } {
  const hostname = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  return { hostname, port: url.port === '' ? (defaultPorts[url.protocol] ?? 0) : Number(url.port) };
}

async function resolveName(hostname: string, resolve: ResolveName, signal: AbortSignal): Promise<readonly string[]> {
  const found = await resolve(hostname, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new Failure('remote-unreachable', 'The name of the server cannot be found.', { cause: error });
  });
  if (found.length === 0) throw new Failure('remote-unreachable', 'The name of the server has no address.');
  return [...found].sort((a, b) => isIP(a) - isIP(b)).slice(0, maxAddresses);
}

/** The message does not contain the address: it may belong to an internal network. */
function checkAddress(address: string, port: number, { ports, allowPrivate }: OutboundPolicy): void {
  if (allowPrivate.includes(isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`)) return;
  if (!isPublicAddress(address)) throw refused('This address does not lead into the public internet.');
  if (!ports.includes(port)) throw portRefused(port);
}

const portRefused = (port: number) => refused(`Port ${port} is not called.`);

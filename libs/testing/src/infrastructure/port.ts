import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';

/** Default ports of common servers; never handed out. */
const standardPorts = new Set([1883, 4222, 5432, 5433, 6222, 6379, 6380, 7422, 8000, 8001, 8080, 8222, 9000, 9090, 9100]);

/** Below the kernel's ephemeral range (32768 and up on Linux), so that no outgoing connection takes the port. */
const portRange = { from: 20_000, to: 31_999 };

export interface PortOptions {
  /** returned when it is free, for example the port of the previous start */
  readonly preferred?: number | undefined;
  /** ports that are already assigned to other servers */
  readonly taken?: ReadonlySet<number>;
  /** replaces the check of the port, for tests */
  readonly isFree?: (port: number) => Promise<boolean>;
}

/**
 * Returns a free TCP port on 127.0.0.1: the preferred one if it is free, else one from 20000 to 31999. A test run never returns a port twice.
 *
 * @throws Error after a hundred attempts
 */
export async function freePort({ preferred, taken = new Set(), isFree = canClaim }: PortOptions = {}): Promise<number> {
  const isAllowed = (port: number) => !taken.has(port) && !standardPorts.has(port);
  if (preferred && isAllowed(preferred) && (await isFree(preferred))) return preferred;
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(portRange.from, portRange.to + 1);
    if (isAllowed(port) && (await isFree(port))) return port;
  }
  throw new Error('No free port between 20000 and 31999 on 127.0.0.1.');
}

/** Returns a free port that is not in `taken`. */
export const freePortExcept = (taken: ReadonlySet<number>): Promise<number> => freePort({ taken });

/** Returns the first free port from `first` upwards, for services with a well-known default port. */
export async function nextFreePort(
  first: number,
  { taken = new Set(), isFree = canListen }: Omit<PortOptions, 'preferred'> = {},
): Promise<number> {
  for (let port = first; port < first + 1_000; port++) {
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`No free port from ${first} to ${first + 999} on 127.0.0.1.`);
}

const maxAttempts = 5;

/**
 * Starts a server on a free port. Another program may take the port before the server listens; the start is then repeated on another port.
 *
 * @param choose returns a free port that is not in `refused`
 * @throws the error of the start when its port is still free (it failed for another reason), or after five ports
 */
export async function startOnFreePort<Started>(
  choose: (refused: ReadonlySet<number>) => Promise<number>,
  start: (port: number) => Promise<Started>,
): Promise<Started> {
  const refused = new Set<number>();
  for (;;) {
    const port = await choose(refused);
    try {
      return await start(port);
    } catch (error) {
      refused.add(port);
      if (refused.size >= maxAttempts || (await canListen(port))) throw error;
    }
  }
}

/** Tries to bind the port; this also fails when a program listens on all addresses. */
export function canListen(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

const canClaim = async (port: number): Promise<boolean> => (await canListen(port)) && claim(port);

/**
 * A port looks free before its server listens and while the server restarts. The processes of a test run therefore record assigned ports in one
 * folder, RAFAGA_TEST_PORTS.
 *
 * @returns false when the port is already assigned in this run
 */
function claim(port: number, folder = process.env.RAFAGA_TEST_PORTS): boolean {
  if (!folder) return true;
  try {
    mkdirSync(join(folder, String(port)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Sends one line to a server on 127.0.0.1 and returns the first chunk of its reply. */
export function requestOverTcp(port: number, line: string, timeoutMs = 1_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1', timeout: timeoutMs }, () => socket.write(line));
    socket.once('data', (reply) => resolve(String(reply)) ?? socket.destroy());
    socket.once('timeout', () => socket.destroy(new Error(`no reply on port ${port} within ${timeoutMs} ms`)));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`port ${port} closed without a reply`)));
  });
}

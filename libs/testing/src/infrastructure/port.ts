import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Default ports of common servers, which are never used. */
const standardPorts = new Set([1883, 4222, 5432, 5433, 6222, 6379, 6380, 7422, 8000, 8001, 8080, 8222, 9000, 9090, 9100]);

/** Below the range the kernel hands out for outgoing connections (32768 and up on Linux), so that no client takes our port by accident. */
const privateRange = { from: 20_000, to: 31_999 };

export interface PortOptions {
  /** taken when it is free, for instance the port of last time */
  readonly preferred?: number | undefined;
  /** ports that another server of this start has already been given */
  readonly taken?: ReadonlySet<number>;
  /** replaces the real question "may I listen here?", for tests */
  readonly isFree?: (port: number) => Promise<boolean>;
}

/**
 * A TCP port on 127.0.0.1 nobody listens on: the preferred one if it is free, else one from 20000 to 31999. In a test run no port is given twice.
 *
 * @throws Error when a hundred tries find none
 */
export async function freePort({ preferred, taken = new Set(), isFree = canHave }: PortOptions = {}): Promise<number> {
  const wanted = (port: number) => !taken.has(port) && !standardPorts.has(port);
  if (preferred && wanted(preferred) && (await isFree(preferred))) return preferred;
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(privateRange.from, privateRange.to + 1);
    if (wanted(port) && (await isFree(port))) return port;
  }
  throw new Error('No free port between 20000 and 31999 on 127.0.0.1.');
}

/** @returns a free port other than those */
export const freePortExcept = (taken: ReadonlySet<number>): Promise<number> => freePort({ taken });

/** The first free port from `first` upwards, for services with a well-known default port. */
export async function nextFreePort(
  first: number,
  { taken = new Set(), isFree = canListen }: Omit<PortOptions, 'preferred'> = {},
): Promise<number> {
  for (let port = first; port < first + 1_000; port++) {
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`No free port in the thousand from ${first} on 127.0.0.1.`);
}

const mostPortsTried = 5;

/**
 * Starts a server on a port that another program may take between the choice of the port and the moment the server listens; then the next choice is tried.
 *
 * @param choose a free port that is not among `refused`
 * @throws the error of the start when its port is free, so that the reason is another one, or after five ports
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
      if (refused.size >= mostPortsTried || (await canListen(port))) throw error;
    }
  }
}

/** Asks the kernel, which also refuses when somebody listens on all addresses. */
export function canListen(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

const canHave = async (port: number): Promise<boolean> => (await canListen(port)) && claim(port);

/**
 * Between the question and the moment a server listens, and while a server is killed to be started again, its port looks free to everybody.
 * The processes of a test run therefore note in one folder, RAFAGA_TEST_PORTS, what they were given.
 *
 * @returns false when another process of the run, or this one, has it already
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

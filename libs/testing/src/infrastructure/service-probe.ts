/** The header in which a service repeats the START_ID it was started with. */
const startIdHeader = 'x-start-id';

/**
 * Asks a service whether it is ready, and believes only the process that was started with this id: another program may listen on its port.
 *
 * @throws Error when nobody answers in time
 */
export async function isServiceReady(url: string, startId: string, deadlineMs: number): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(deadlineMs) });
  await answer.body?.cancel();
  return answer.ok && answer.headers.get(startIdHeader) === startId;
}

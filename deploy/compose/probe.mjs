// The health check of a container: is this service ready? A copy that is not gets no traffic; nothing is restarted for it.
import { env, exit } from 'node:process';

const port = env.HTTP_PORT ?? '3000';
try {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_500) });
  exit(answer.ok ? 0 : 1);
} catch {
  exit(1);
}

import { findTool, type ManagedServer, startNats, startPostgres, startRedis } from '#testing/servers';

/** The three servers of a test run, and how tests are told where they are. */
export interface TestServers {
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const recipes = [
  { test: 'RAFAGA_TEST_DATABASE_URL', replacedBy: 'DATABASE_URL', start: startPostgres },
  { test: 'RAFAGA_TEST_REDIS_URL', replacedBy: 'REDIS_URL', start: startRedis },
  { test: 'RAFAGA_TEST_NATS_URL', replacedBy: 'NATS_URL', start: startNats },
] as const;

/** Starts those that no environment variable replaces, with temporary data. Where one fails the others are stopped again. */
export async function startTestServers(given: NodeJS.ProcessEnv = process.env): Promise<TestServers> {
  const own: ManagedServer[] = [];
  const stop = async () => {
    await Promise.all(own.splice(0).map((server) => server.stop()));
  };
  const starts = await Promise.allSettled(
    recipes.map(async ({ test, replacedBy, start }) => {
      const url = given[test] || given[replacedBy];
      if (url) return [test, url] as const;
      const server = await start();
      own.push(server);
      return [test, server.url] as const;
    }),
  );
  const failure = starts.find((start) => start.status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  const urls = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  return { environment: { ...Object.fromEntries(urls), ...ffmpegEnvironment(given) }, stop };
}

/** Where specs find ffmpeg, also those that need no server. */
export function ffmpegEnvironment(given: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string>> {
  const ffmpeg = given.FFMPEG_PATH || findTool('ffmpeg') || 'ffmpeg';
  return { RAFAGA_TEST_FFMPEG_PATH: ffmpeg, FFMPEG_PATH: ffmpeg };
}

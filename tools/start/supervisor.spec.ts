import { describe, expect, it } from '@jest/globals';
import type { ManagedServer } from '#testing/servers';
import { nextPause, Supervisor } from './supervisor.ts';

/** A server that starts as often as `broken` allows. */
function fakeServer(broken = 0) {
  let tell: (reason: string) => void = () => {};
  const server = {
    url: 'http://127.0.0.1:1',
    command: 'fake',
    pid: 0,
    starts: 0,
    stop: async () => {},
    kill: async () => {},
    restart: async () => {
      server.starts += 1;
      if (server.starts <= broken) throw new Error('port is taken');
      server.pid = 7;
    },
    onUnexpectedExit: (listener: (reason: string) => void) => {
      tell = listener;
    },
    die: (reason: string) => {
      server.pid = 0;
      tell(reason);
    },
  };
  return server satisfies ManagedServer;
}

function watched(broken = 0) {
  const server = fakeServer(broken);
  const heard: string[] = [];
  const pauses: number[] = [];
  const back = Promise.withResolvers<void>();
  const events = {
    died: (name: string, reason: string) => void heard.push(`${name} died: ${reason}`),
    failed: (name: string, error: Error) => void heard.push(`${name} failed: ${error.message}`),
    cameBack: (name: string) => {
      heard.push(`${name} is back`);
      back.resolve();
    },
  };
  const supervisor = new Supervisor(
    events,
    async (ms) => pauses.push(ms),
    () => 0,
  );
  supervisor.watch('audio', server);
  return { server, heard, pauses, back: back.promise, supervisor };
}

describe('Supervisor', () => {
  it('starts again what was killed', async () => {
    const { server, heard, back } = watched();
    server.die('SIGKILL');
    await back;
    expect(heard).toEqual(['audio died: SIGKILL', 'audio is back']);
  });

  it('tries again, later each time, when the start fails', async () => {
    const { server, heard, pauses, back } = watched(2);
    server.die('exit code 1');
    await back;
    expect(heard.filter((line) => line.includes('failed'))).toHaveLength(2);
    expect(pauses).toEqual([300, 600, 1_200]);
  });

  it('leaves alone what ends once we are stopping', async () => {
    const { server, heard, supervisor } = watched();
    supervisor.stop();
    server.die('SIGTERM');
    expect(heard).toEqual([]);
    expect(server.starts).toBe(0);
  });
});

describe('nextPause', () => {
  it('waits until a minute is over after eight starts in it', () => {
    const starts = [1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000];
    expect(nextPause(starts, 10_000)).toBe(51_000);
  });

  it('forgets starts that are older than a minute', () => {
    const starts = [0, 1, 2, 3, 4, 5, 6, 7];
    expect(nextPause(starts, 60_007)).toBe(300);
    expect(starts).toEqual([]);
  });

  it('never waits longer than ten seconds before that', () => expect(nextPause([1, 2, 3, 4, 5, 6, 7], 10)).toBe(10_000));
});

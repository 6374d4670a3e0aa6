import { describe, expect, it } from '@jest/globals';
import { openCall, runInCall } from '../calls/request-context.ts';
import { hideCredentials, Log } from './log.ts';

function written(write: (log: Log) => void): Record<string, unknown> {
  const lines: string[] = [];
  write(Log.open({ service: 'spec', instance: '1', level: 'debug' }, { write: (line) => lines.push(line) }));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] as string) as Record<string, unknown>;
}

describe('a log line', () => {
  it('is JSON with level, service, instance and time', () => {
    expect(written((log) => log.warn({ size: 3 }, 'hello'))).toMatchObject({
      level: 'warn',
      service: 'spec',
      instance: '1',
      size: 3,
      msg: 'hello',
      time: expect.any(String),
    });
  });
  it('has the ids of its request and trace', () => {
    const call = openCall({ deadlineMs: 10, requestId: 'r-1' });
    expect(written((log) => runInCall(call, () => log.info({})))).toMatchObject({
      requestId: 'r-1',
      traceId: call.traceparent.slice(3, 35),
    });
  });
  it.each(['password', 'token', 'accessToken', 'refreshToken', 'authorization', 'cookie', 'secret', 'set-cookie'])(
    'redacts %s, also in nested objects',
    (key) => {
      const line = written((log) => log.info({ [key]: 'hunter2', body: { [key]: 'hunter2' }, request: { headers: { [key]: 'hunter2' } } }));
      expect(JSON.stringify(line)).not.toContain('hunter2');
    },
  );
  it('stays one line whatever a user has entered', () => {
    expect(written((log) => log.info({ name: 'a\n{"level":"error"}' })).name).toBe('a\n{"level":"error"}');
  });
  it('includes the cause of an error and redacts credentials in its message', () => {
    const line = JSON.stringify(
      written((log) => log.error({ err: new Error('no', { cause: new Error('connect postgres://u:hunter2@h/d') }) })),
    );
    expect(line).not.toContain('hunter2');
  });
});

describe('hideCredentials', () => {
  it('redacts only user and password', () => {
    expect(hideCredentials('at redis://u:p@h:1/0 and nats://h:2')).toBe('at redis://***@h:1/0 and nats://h:2');
  });
});

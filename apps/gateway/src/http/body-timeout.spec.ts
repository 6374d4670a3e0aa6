import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { withBodyTimeout } from './body-timeout.ts';

describe('inTime', () => {
  it('gives the body as it came', async () => {
    const body = new PassThrough();
    body.end('{"a":1}');
    expect(await text(withBodyTimeout(body, 1_000))).toBe('{"a":1}');
  });
  it('gives up on a body that never ends, and leaves the connection alone', async () => {
    const body = new PassThrough();
    body.write('{"a"');
    await expect(text(withBodyTimeout(body, 20))).rejects.toMatchObject({ statusCode: 408 });
    expect(body.destroyed).toBe(false);
  });
  it('does not bring the process down when nobody reads any more', async () => {
    const body = new PassThrough();
    const watched = withBodyTimeout(body, 10);
    body.write('{');
    await new Promise<void>((resolve) => watched.once('close', resolve));
    expect(watched.errored).toMatchObject({ statusCode: 408 });
  });
  it('passes on the end of a connection', async () => {
    const body = new PassThrough();
    const read = text(withBodyTimeout(body, 1_000));
    body.destroy(new Error('aborted'));
    await expect(read).rejects.toThrow('aborted');
  });
});

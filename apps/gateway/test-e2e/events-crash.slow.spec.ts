/** A gateway is killed between a change and the message about it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.ts';
import { hearEvents, typesOf } from './support/owner-events.ts';
import { openTestStack, query, type TestStack } from './support/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await openTestStack(['gateway', 'audio']);
}, 180_000);
afterAll(() => stack?.close());

describe('the events of an owner', () => {
  it('survive a kill of the gateway between the change and the message', async () => {
    const ana = await Api.register(stack.url);
    const { body: playlist } = await ana.post('/v1/playlists', { title: 'kept' });
    await hearEvents(ana, 1);
    const { environment } = stack.processes;
    await stack.processes.services.gateway!.kill();
    await query(environment.DATABASE_URL!, 'DELETE FROM audio.playlist WHERE id = $1', [playlist.id]);
    await stack.processes.services.gateway!.restart();
    expect(typesOf(await hearEvents(ana, 2))).toEqual(['playlist.ready', 'playlist.deleted']);
  });
});

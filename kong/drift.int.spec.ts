import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OwnGateway, startGateway } from '../apps/gateway/testing/own-gateway.ts';
import { keysFrom, withKeys } from './keys.ts';
import { committedFile, render } from './render.ts';

let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

describe('kong.yml and a running gateway', () => {
  const sorted = (text: string) => text.split('\n').sort();

  it('have the same routes, methods, authentication and limits', async () => {
    const { json: openApi } = await gateway.ask('GET', '/openapi.json');
    expect(sorted(await render({}, openApi))).toEqual(sorted(readFileSync(committedFile, 'utf8')));
  });
  it('have the same keys', async () => {
    const { json: jwks } = await gateway.ask('GET', '/.well-known/jwks.json');
    expect(withKeys(readFileSync(committedFile, 'utf8'), keysFrom(jwks))).toContain(jwks.keys[0].kid);
  });
});

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

describe('the edge and a running gateway', () => {
  const sorted = (text: string) => text.split('\n').sort();

  it('agree on every route, method, token and limit', async () => {
    const { json: openApi } = await gateway.ask('GET', '/openapi.json');
    expect(sorted(await render({}, openApi))).toEqual(sorted(readFileSync(committedFile, 'utf8')));
  });
  it('agree on the keys', async () => {
    const { json: jwks } = await gateway.ask('GET', '/.well-known/jwks.json');
    expect(withKeys(readFileSync(committedFile, 'utf8'), keysFrom(jwks))).toContain(jwks.keys[0].kid);
  });
});

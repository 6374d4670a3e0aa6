/** Every field of every route with values that schemas tend to let through: whatever comes, the answer is never a fault of ours. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeWav, type Receiver, startReceiver } from '#testing';
import { Api } from '../test-e2e/support/api.ts';
import { type House, openHouse } from '../test-e2e/support/house.ts';
import { type ApiDocument, readDocument } from './document.ts';
import { type Mutation, mutationsOf } from './mutations.ts';
import { OwnResources, type Request } from './own-resources.ts';

const atOnce = 12;
/** The default run sends a sample; `RAFAGA_FUZZ_REQUESTS` asks for all mutations, beside that many random requests in fuzz.e2e.spec.ts. */
const everything = process.env.RAFAGA_FUZZ_REQUESTS !== undefined;

let receiver: Receiver;
let house: House;
let api: Api;
let document: ApiDocument;
let resources: OwnResources;

beforeAll(async () => {
  const sound = encodeWav([new Float32Array(8_000)], 8_000);
  receiver = await startReceiver((_, response) => response.end(sound));
  house = await openHouse(['gateway', 'audio', 'cache', 'health'], {
    GATEWAY_OPERATOR_EMAILS: 'operator@example.org',
    OUTBOUND_ALLOW_PRIVATE: receiver.host,
    HEALTH_GATHER_MS: '100',
  });
  api = await Api.register(house.url, 'operator@example.org');
  document = readDocument((await api.get('/openapi.json')).body);
  resources = new OwnResources(document, { url: receiver.url, file: new Blob([new Uint8Array(sound)]) });
  await resources.create(api);
}, 120_000);
afterAll(async () => {
  await house?.close();
  await receiver?.stop();
});

interface Fault {
  readonly id: string;
  readonly field: string;
  readonly value: string;
  readonly answer: string;
}

/** Sends one request; what it has made is looked at in its list and deleted, so that no quota hides the next fault. */
async function faultOf({ id, field, value, path, ...init }: Mutation): Promise<Fault | undefined> {
  const answer = await send(path, init);
  const made = init.method === 'POST' && answer.status === 201 && answer.body?.id;
  const answers = made ? [answer, await send(path, { method: 'GET' }), await send(`${path}/${made}`, { method: 'DELETE' })] : [answer];
  const broken = answers.find(({ status, body }) => status >= 500 && body?.code !== 'overloaded');
  return broken && { id, field, value: value.slice(0, 80), answer: `${broken.status} ${JSON.stringify(broken.body).slice(0, 200)}` };
}

async function send(path: string, init: Partial<Request>): Promise<{ status: number; body?: { code?: string; id?: string } }> {
  const ended = AbortSignal.timeout(30_000);
  return api.send(path, { ...init, signal: ended }).catch((error: unknown) => ({ status: 999, body: { code: String(error) } }));
}

async function sendAll(mutations: readonly Mutation[]): Promise<Fault[]> {
  const faults: Fault[] = [];
  const left = mutations.values();
  const work = async () => {
    for (const mutation of left) {
      const fault = await faultOf(mutation);
      if (fault) faults.push(fault);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return faults;
}

/** Every field stays; of its values every eighth, another one for each field. */
const isInSample = (_: Mutation, index: number) => index % 8 === 3;

describe('the resources that the examples of the document make', () => {
  it('give an id for every name in a path, but for those of dead letters', () => {
    expect(resources.missing()).toEqual(['/v1/operators/dead-letters/{letterId}']);
  });
});

describe(`a request that differs from the example in one field (${everything ? 'all of them' : 'one in eight'})`, () => {
  it('is never answered by a fault of ours', async () => {
    const spared = new Set(['endSessions', 'endSession', 'logout']); // they would end the session of this test
    const operations = document.operations.filter(({ operationId }) => !spared.has(operationId));
    const mutations = operations.flatMap((each) => mutationsOf(each, resources, document));
    expect(mutations.length).toBeGreaterThan(6_000);
    expect(await sendAll(everything ? mutations : mutations.filter(isInSample))).toEqual([]);
  }, 600_000);
  it('leaves every list readable', async () => {
    const lists = document.operations.filter(({ method, path }) => method === 'GET' && !path.endsWith('/events'));
    const faults = await sendAll(lists.map((each) => ({ ...resources.request(each), id: each.operationId, field: '', value: '' })));
    expect(faults).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type OwnGateway, startGateway } from '../../testing/own-gateway.ts';
import { EndpointRegistry } from './endpoint-registry.ts';

fc.configureGlobal({ seed: 7 }); // what one run finds, the next finds too

const plenty = '10000000';
let gateway: OwnGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway({
    GATEWAY_RATE_LIMIT_PER_MINUTE: plenty,
    GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: plenty,
    GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: plenty,
  });
  const account = { email: 'fuzz@example.org', password: 'correct horse battery' };
  await gateway.ask('POST', '/v1/auth/register', { body: account });
  token = (await gateway.ask('POST', '/v1/auth/login', { body: account })).json.accessToken;
});
afterAll(() => gateway.stop());

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('../../etc/passwd', '%00', '__proto__', "' OR 1=1 --", '0b3f5e0a-4a55-4c8c-9d5f-3d9c1a2b7e10', '-1', '1e400', 'NaN'),
);
const json = fc.oneof(
  fc.json(),
  fc
    .record({ email: fc.oneof(fc.constantFrom('a@b.co', 'x\u0000@y.zz', '\ud800@x.yy'), nasty), password: nasty })
    .map((value) => JSON.stringify(value)),
  fc.record({ refreshToken: nasty }).map((value) => JSON.stringify(value)),
);
const contentTypes = [
  'application/json',
  'application/json; charset=latin1',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'text/plain',
];
const headerNames = ['range', 'if-none-match', 'if-match', 'prefer', 'accept', 'x-request-id', 'traceparent', 'x-forwarded-for'];

const requests = fc.record({
  route: fc.nat(),
  part: nasty,
  query: fc.array(fc.tuple(fc.oneof(nasty, fc.constantFrom('limit', 'cursor', 'widthPx', 'wait')), nasty), { maxLength: 3 }),
  body: json,
  type: fc.constantFrom(...contentTypes),
  known: fc.boolean(),
  headers: fc.dictionary(fc.constantFrom(...headerNames), fc.stringMatching(/^[\x21-\x7e]{0,60}$/), { maxKeys: 3 }),
});

type Sent = typeof requests extends fc.Arbitrary<infer T> ? T : never;

/** Streams of events do not end, so they are left to their own spec. */
const endpointAt = (index: number) => {
  const all = gateway.app.get(EndpointRegistry, { strict: false }).all();
  const finite = all.filter(({ path }) => !path.endsWith('/events'));
  return finite[index % finite.length]!;
};

function send({ route, part, query, body, type, known, headers }: Sent) {
  const { method, path } = endpointAt(route);
  const where = path.replace(/:\w+/g, () => encodeURIComponent(part.toWellFormed()) || 'x');
  const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name.toWellFormed(), value.toWellFormed()]));
  const hasBody = method !== 'GET' && method !== 'DELETE';
  return gateway.ask(method, `${where}?${search}`, {
    ...(hasBody ? { body } : {}),
    ...(known ? { token } : {}),
    headers: { ...headers, ...(hasBody ? { 'content-type': type } : {}) },
  });
}

describe('whatever is sent to whichever route', () => {
  it('is answered, never by a fault of ours, and refused by a problem document', async () => {
    const check = async (sent: Sent) => {
      const { status, headers } = await send(sent);
      expect(status === 503 || status < 500).toBe(true); // the other services are not here: 503 is theirs
      if (status >= 400) expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    };
    await fc.assert(fc.asyncProperty(requests, check), { numRuns: 500 });
  });
});

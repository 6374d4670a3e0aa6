/** Endpoints for operators: audit log and signing keys. The reverse proxy does not expose them. */
import * as z from 'zod';
import { decimalInteger, integer, timestamp } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { pageOf } from '../http/presenter.ts';
import { securityEventKinds } from './security-event-kinds.ts';

const base = { tag: 'Operators', auth: 'operator', scope: 'account', cacheControl: 'no-store' } as const;

const securityEvent = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    kind: z.enum(securityEventKinds),
    userId: z.uuid().nullable().meta({ description: 'null where no account was known, or it is gone.' }),
    address: z.string(),
    requestId: z.string(),
    changed: z.array(z.string()).meta({ description: 'Names of the quotas or settings that were changed.', examples: [['LOG_LEVEL']] }),
  })
  .meta({ id: 'SecurityEvent' });

export const getSecurityEvents = endpoint({
  ...base,
  id: 'listSecurityEvents',
  method: 'GET',
  path: '/v1/operators/security-events',
  summary: 'The audit log, newest first',
  query: z.strictObject({
    userId: z.uuid().optional(),
    kind: z.enum(securityEventKinds).optional(),
    atMin: timestamp().optional().meta({ description: 'At this moment or later.' }),
    atMax: timestamp().optional().meta({ description: 'At this moment or earlier.' }),
    cursor: z
      .string()
      .regex(/^[1-9]\d{0,17}$/)
      .optional(),
    limit: decimalInteger({ min: 1, max: 100 }).default(20),
  }),
  responses: { 200: pageOf(securityEvent).meta({ id: 'SecurityEventList' }) },
  failures: [],
});

const kid = z
  .string()
  .regex(/^[\w-]{1,64}$/)
  .meta({ description: 'Id of a signing key, as access tokens name it.', examples: ['Zk3x9QpL2vR8sT1u'] });

const signingKey = z
  .object({
    kid: z.string(),
    createdAt: z.iso.datetime(),
    signsFrom: z.iso.datetime(),
    retiresAt: z.iso.datetime().nullable().meta({ description: 'From then on it verifies what it signed, and signs no more.' }),
  })
  .meta({ id: 'SigningKey' });

export const rotateSigningKey = endpoint({
  ...base,
  id: 'rotateSigningKey',
  method: 'POST',
  path: '/v1/operators/signing-keys',
  summary: 'Make a new signing key',
  description:
    'It is published at once and signs after `signsInSeconds`, so that whoever caches the key set has it by then; the key before it retires at that ' +
    'moment and verifies until its last token has expired. An edge that holds the public keys in a file has to be given the new one meanwhile.',
  body: z.strictObject({ signsInSeconds: integer({ min: 0, max: 604_800 }).default(600) }).meta({ id: 'KeyRotation' }),
  locate: ({ kid: made }: z.output<typeof signingKey>) => `/v1/operators/signing-keys/${made}`,
  responses: { 201: signingKey },
  failures: ['service-unavailable'],
  example: { signsInSeconds: 600 },
});

export const listSigningKeys = endpoint({
  ...base,
  id: 'listSigningKeys',
  method: 'GET',
  path: '/v1/operators/signing-keys',
  summary: 'The signing keys that still verify, newest first',
  query: z.strictObject({ cursor: kid.optional(), limit: decimalInteger({ min: 1, max: 100 }).default(20) }),
  responses: { 200: pageOf(signingKey).meta({ id: 'SigningKeyList' }) },
  failures: [],
});

export const getSigningKey = endpoint({
  ...base,
  id: 'getSigningKey',
  method: 'GET',
  path: '/v1/operators/signing-keys/:kid',
  summary: 'One signing key',
  params: z.strictObject({ kid }),
  responses: { 200: signingKey },
  failures: ['not-found'],
});

import * as z from 'zod';
import { registrationModes } from '#contracts';
import { changeable, urlOf } from '#platform';
import { perMinute } from '../http/limits/limits.config.ts';

const absolutePath = z
  .string()
  .startsWith('/', { error: 'must be an absolute path: a relative one is another place in every working directory' });

/** Accounts, tokens and signing keys; part of the gateway's configuration, which also checks that there is a secret or a path for one. */
export const identityConfig = z.object({
  /** Logins to one account from all addresses together that it has not been used from before: what a network of guessers shares. */
  GATEWAY_CREDENTIALS_LIMIT_FROM_NEW_ADDRESSES_PER_MINUTE: perMinute.default(30),
  GATEWAY_TOKEN_ISSUER: z.string().min(1).max(200).default('rafaga'),
  GATEWAY_TOKEN_AUDIENCE: z.string().min(1).max(200).default('rafaga-api'),
  GATEWAY_ACCESS_TOKEN_SECONDS: z.coerce.number().int().min(1).max(3_600).default(900),
  GATEWAY_REFRESH_TOKEN_DAYS: z.coerce.number().int().min(1).max(365).default(30),
  /** The audit log keeps events this long … */
  GATEWAY_SECURITY_EVENT_DAYS: z.coerce.number().int().min(1).max(3_650).default(365),
  /** … and this many at most, the newest ones. */
  GATEWAY_SECURITY_EVENTS_MAX: z.coerce.number().int().min(1_000).default(5_000_000),
  /** From the request to delete an account to its deletion; a login in this time cancels it. */
  GATEWAY_ACCOUNT_DELETION_DAYS: changeable(z.coerce.number().int().min(1).max(365).default(30)),
  /** Opens what is sealed in the database, the private signing keys among it: 32 bytes in base64, the same for all copies. */
  GATEWAY_KEY_SECRET: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32, { error: 'must be 32 bytes in base64' })
    .optional(),
  /** Opens as well, and seals nothing: the secret before, or the one to come, while GATEWAY_KEY_SECRET is being replaced. */
  GATEWAY_KEY_SECRET_PREVIOUS: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32, { error: 'must be 32 bytes in base64' })
    .optional(),
  /** Instead of it: the file where it is made at the first start and kept. */
  GATEWAY_KEY_PATH: absolutePath.optional(),
  /** Start although the keys in the database do not open: new ones are made, and what was sealed with the old secret is given up. */
  GATEWAY_KEY_RESET: z.stringbool().default(false),
  /** Server for password resets and invitations; unset: no mail is sent. Its user and password stand in the URL. */
  SMTP_URL: urlOf('smtp', 'smtps').optional(),
  /** Address that mail comes from; needed with SMTP_URL. */
  SMTP_FROM: z.email().optional(),
  /** `required`: a new account can only read until its address is confirmed by the token that is sent to it; needs SMTP_URL. */
  GATEWAY_EMAIL_CONFIRMATION: z.enum(['off', 'required']).default('off'),
  /** Page that takes the token behind `#token=` and sends it to /v1/auth/email-confirmation/confirm; unset: the message has the token alone. */
  GATEWAY_EMAIL_CONFIRMATION_URL: urlOf('http', 'https').optional(),
  /** Who may register: everybody, holders of an invitation, or nobody. Accounts that exist are not affected. */
  GATEWAY_REGISTRATION: changeable(z.enum(registrationModes).default('open')),
});

export type IdentityConfig = z.output<typeof identityConfig>;
export const IDENTITY_CONFIG = Symbol('configuration of identity');

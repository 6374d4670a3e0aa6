import * as z from 'zod';
import type { LinkedInSettings } from './linkedin/linkedin-api.ts';

const base = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

const isLoopback = (hostname: string) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

/** A page that gets one-time values in its query: nobody on the way may read them. */
function isReturnUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  return username === '' && password === '' && (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)));
}

/** Where posts are published to; part of the configuration of the posts service. */
export const publishingConfig = z.object({
  /** Seals tokens in the database: 32 bytes in base64, the same for all copies. Without it or the path no account can be connected. */
  POSTS_KEY_SECRET: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32, { error: 'must be 32 bytes in base64' })
    .optional(),
  /** Opens as well, and seals nothing: the secret before, or the one to come, while POSTS_KEY_SECRET is being replaced. */
  POSTS_KEY_SECRET_PREVIOUS: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32, { error: 'must be 32 bytes in base64' })
    .optional(),
  /** Instead of it: the file where it is made at the first use and kept. */
  POSTS_KEY_PATH: z.string().startsWith('/', { error: 'must be an absolute path' }).optional(),
  /** Address of the API as browsers reach it: providers send them back to it. */
  GATEWAY_PUBLIC_URL: base.optional(),
  /** Page of yours that browsers go on to when a provider has sent them back; `state` and `confirmation` are added to its query. */
  POSTS_PUBLISHER_RETURN_URL: z
    .string()
    .max(2_000)
    .refine(isReturnUrl, { error: 'must be an https:// URL, or http:// on the loopback address, without credentials' })
    .optional(),
  LINKEDIN_API_URL: base.default('https://api.linkedin.com'),
  LINKEDIN_AUTH_URL: base.default('https://www.linkedin.com'),
  LINKEDIN_CLIENT_ID: z.string().min(1).max(200).optional(),
  LINKEDIN_CLIENT_SECRET: z.string().min(1).max(200).optional(),
  /** Version of the API, `YYYYMM`; LinkedIn answers 426 to one that has expired. */
  LINKEDIN_VERSION: z
    .string()
    .regex(/^\d{6}$/, { error: 'must read YYYYMM' })
    .default('202610'),
  /** Publications that one copy of the service works on at a time. */
  POSTS_PUBLISHING_SLOTS: z.coerce.number().int().min(1).max(64).default(4),
  /** Of all attachments of one publication together; they are read while they are sent. */
  POSTS_PUBLISHING_FILES_MB: z.coerce.number().int().min(1).max(1_024).default(200),
  /** For one attempt, uploads of attachments included. */
  POSTS_PUBLISHING_TIMEOUT_MS: z.coerce.number().int().min(1_000).max(600_000).default(120_000),
});

export type PublishingConfig = z.output<typeof publishingConfig>;
export const PUBLISHING_CONFIG = Symbol('configuration of publishing');

export const linkedInSettings = (config: PublishingConfig): LinkedInSettings => ({
  apiUrl: config.LINKEDIN_API_URL,
  authUrl: config.LINKEDIN_AUTH_URL,
  clientId: config.LINKEDIN_CLIENT_ID,
  clientSecret: config.LINKEDIN_CLIENT_SECRET,
  version: config.LINKEDIN_VERSION,
  callbackUrl: config.GATEWAY_PUBLIC_URL && canSeal(config) ? `${config.GATEWAY_PUBLIC_URL}/v1/publishers/linkedin/callback` : undefined,
});

export const maxFileBytes = ({ POSTS_PUBLISHING_FILES_MB }: PublishingConfig): number => POSTS_PUBLISHING_FILES_MB * 1_024 ** 2;

export const canSeal = ({ POSTS_KEY_SECRET, POSTS_KEY_PATH }: PublishingConfig): boolean => Boolean(POSTS_KEY_SECRET ?? POSTS_KEY_PATH);

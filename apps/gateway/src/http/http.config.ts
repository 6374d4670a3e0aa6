import * as z from 'zod';
import { changeable, urlOf } from '#platform';

/** The HTTP server; part of the gateway's configuration. */
export const httpConfig = z.object({
  HTTP_PORT: z.coerce.number().int().min(0).max(65_535).default(3_000),
  /** Where clients reach us, e.g. https://api.example.org; stands in the OpenAPI document. Unset: relative to wherever it was read. */
  GATEWAY_PUBLIC_URL: urlOf('http', 'https').optional(),
  /** Where signed links lead, e.g. a CDN in front of the API: https://media.example.org. Unset: GATEWAY_PUBLIC_URL, else localhost. */
  MEDIA_PUBLIC_URL: urlOf('http', 'https').optional(),
  /** Origins whose scripts may read answers, comma-separated; `*`: all; unset: none. */
  GATEWAY_CORS_ORIGINS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((origin) => origin.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.string().regex(/^(\*|https?:\/\/[a-z0-9.-]+(:\d{1,5})?)$/, 'an origin such as https://app.example.org, or *')).max(50)),
  /** One JSON line a request; needs LOG_LEVEL info or lower. */
  GATEWAY_ACCESS_LOG: changeable(z.enum(['on', 'off']).default('on')),
  /** Share of the answers under 400 that are logged; answers from 400 on are all logged. */
  GATEWAY_ACCESS_LOG_SAMPLE_RATIO: changeable(z.coerce.number().min(0).max(1).default(1)),
  /** Requests are refused while the event loop is further behind than this; they would wait that long before anything happens. */
  GATEWAY_SHED_ABOVE_DELAY_MS: z.coerce.number().int().min(20).max(60_000).default(1_000),
});

export type HttpConfig = z.output<typeof httpConfig>;
/** Where signed links begin, without a slash at the end; empty where nobody has set it. */
export const mediaUrlOf = ({ MEDIA_PUBLIC_URL, GATEWAY_PUBLIC_URL }: HttpConfig): string =>
  (MEDIA_PUBLIC_URL ?? GATEWAY_PUBLIC_URL ?? '').replace(/\/$/, '');

export const HTTP_CONFIG = Symbol('configuration of the HTTP server');

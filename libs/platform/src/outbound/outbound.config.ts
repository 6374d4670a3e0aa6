import * as z from 'zod';

const commaSeparated = z.string().transform((list) =>
  list
    .split(',')
    .map((text) => text.trim())
    .filter(Boolean),
);

const hostAndPort = z.string().regex(/^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]):\d{1,5}$/, { error: 'must read address:port' });

const port = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'must be a port in decimal digits' })
  .transform(Number)
  .pipe(z.number().int().min(1).max(65_535));

/** Which URLs named by users may be requested (webhooks, imports); part of the gateway's configuration. */
export const outboundConfig = z.object({
  OUTBOUND_PORTS: commaSeparated.pipe(z.array(port).max(64)).default([80, 443]),
  /** For tests only: non-public addresses that may be requested, e.g. 127.0.0.1:8080. */
  OUTBOUND_ALLOW_PRIVATE: commaSeparated.pipe(z.array(hostAndPort).max(64)).default([]),
});

export type OutboundConfig = z.output<typeof outboundConfig>;
export const OUTBOUND_CONFIG = Symbol('configuration of outbound requests');

/** When the certificates that a service was started with expire. They are read once: a renewed file counts after a restart, as it does for TLS. */
import { X509Certificate } from 'node:crypto';
import { Gauge } from 'prom-client';
import type { PlatformConfig } from '../config/platform-config.ts';

const expires = new Gauge({
  name: 'tls_certificate_expires_timestamp_seconds',
  help: 'When the first certificate of a file expires (Unix time), by its use: http, nats-ca, redis-ca.',
  labelNames: ['use'],
});

/**
 * @param pem one or more certificates
 * @returns Unix time in seconds at which the first of them expires; undefined when none can be read
 */
export function firstExpirySeconds(pem: string): number | undefined {
  const texts = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const ends = texts.map(endSeconds).filter((seconds) => seconds !== undefined);
  return ends.length > 0 ? Math.min(...ends) : undefined;
}

function endSeconds(text: string): number | undefined {
  try {
    return new X509Certificate(text).validToDate.getTime() / 1_000;
  } catch {
    return undefined; // TLS refuses it with a better message
  }
}

export function exportCertificateExpiry({
  HTTP_TLS_CERT,
  NATS_CA,
  REDIS_CA,
}: Pick<PlatformConfig, 'HTTP_TLS_CERT' | 'NATS_CA' | 'REDIS_CA'>): void {
  for (const [use, pem] of Object.entries({ http: HTTP_TLS_CERT, 'nats-ca': NATS_CA, 'redis-ca': REDIS_CA })) {
    const seconds = pem && firstExpirySeconds(pem);
    if (seconds) expires.set({ use }, seconds);
  }
}

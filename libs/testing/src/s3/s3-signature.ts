import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const shape =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[a-z0-9-]+\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$/;

/** What S3 would say about a request that is not signed for this account, or whose body is not the one that was signed. The secret is not tried. */
export function signatureFault(headers: IncomingHttpHeaders, body: Uint8Array, accessKeyId: string): string | undefined {
  const [, account, signed = ''] = shape.exec(headers.authorization ?? '') ?? [];
  if (!account) return 'AccessDenied';
  if (account !== accessKeyId) return 'InvalidAccessKeyId';
  if (!['host', 'x-amz-date'].every((name) => signed.split(';').includes(name))) return 'SignatureDoesNotMatch';
  const claimed = headers['x-amz-content-sha256'];
  if (typeof claimed === 'string' && /^[0-9a-f]{64}$/.test(claimed) && claimed !== createHash('sha256').update(body).digest('hex'))
    return 'XAmzContentSHA256Mismatch';
  return undefined;
}

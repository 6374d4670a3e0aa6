/** Event kinds of the audit log. */
export const securityEventKinds = [
  'registered',
  'login-succeeded',
  'login-failed',
  'token-refreshed',
  'token-reused',
  'logged-out',
  'sessions-ended',
  'password-changed',
  'password-change-failed',
  'api-key-created',
  'api-key-revoked',
  'signing-key-rotated',
] as const;
export type SecurityEventKind = (typeof securityEventKinds)[number];

/** A client of the Ráfaga API: requests with types, and what types alone cannot give. */
export { type Connection, createClient, dataOf, type Problem, type RafagaClient, RafagaError, type Token } from './client.ts';
export { type FollowOptions, followEvents, parseEvents, type ServerEvent } from './events.ts';
export { type Job, JobError, type WaitOptions, waitForJob } from './jobs.ts';
export { itemsOf, type Page } from './lists.ts';
export type { components, operations, paths, webhooks } from './schema.ts';
export { type Upload, type UploadOptions, uploadFile } from './uploads.ts';
export { type VerifyOptions, verifyWebhook, type WebhookMessage, WebhookSignatureError } from './webhooks.ts';

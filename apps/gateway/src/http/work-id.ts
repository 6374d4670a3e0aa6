/** The id that the work of a request gives to what it makes: the same for every attempt of one `Idempotency-Key`. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const ids = new AsyncLocalStorage<string>();

export const runWithWorkId = <T>(id: string, work: () => T): T => ids.run(id, work);

/** Of a request without a key: a new one each time. A request must use it for one resource of a kind only. */
export const workId = (): string => ids.getStore() ?? randomUUID();

/** How a route that only forwards reaches its service; declared by service-endpoint.ts, served by forwarding.ts. */
import type * as z from 'zod';
import type { Rpc } from '#contracts';

/** What a client sees of a reply: usually the same with links. `of` is pure; it runs once for a reply that comes again. */
export interface Presenter<Reply> {
  readonly schema: z.ZodType;
  readonly of: (reply: Reply) => unknown;
}

/** Where the new resource is; without a path it is several, at the path of the request. */
export interface Created {
  readonly path?: string | undefined;
}

export interface Forward {
  readonly contract: Rpc;
  readonly present?: Presenter<never>;
  /** The reply carries the job that it started. */
  readonly startsJob: boolean;
  /** The reply is a new resource that is whole; its path is this one, or that of the route, with the id. A function says whether one was made, and where. */
  readonly creates?: boolean | `/v1/${string}` | ((reply: never) => Created | undefined);
  /** The presented resource whose ETag the answer carries, where that is not the answer itself. */
  readonly etagOf?: (reply: never) => object;
  /** Reads the resource again once that job has ended. */
  readonly whenDone?: Rpc;
  /** The contract takes `ifRevision`, which is read from If-Match: it must be there, or may be. */
  readonly ifMatch?: 'required' | 'optional';
  /** The contract takes `ifExists`, which is read from `If-Match: *` and `If-None-Match: *`. */
  readonly ifExists?: boolean;
}

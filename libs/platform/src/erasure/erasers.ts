/** What a feature says about the erasure of its rows, where deleting the rows alone is not enough. */
import type { FactoryProvider, InjectionToken, Type } from '@nestjs/common';

export interface Eraser {
  /** `schema.table` with the columns `id` and `owner_id`. Rows of other owned tables that go with its rows need no eraser. */
  readonly table: string;
  /** Deletes one resource as its owner would, with everything that it alone uses. Runs in the owner's name; may run more than once. */
  readonly erase: (id: string, ownerId: string) => Promise<unknown>;
}

/** Something of an owner that is not a row with `owner_id`; runs after the rows. May run more than once. */
export type Remover = (ownerId: string) => Promise<void>;

/** The erasers of all features of one process. */
export class Erasers {
  readonly rows: Eraser[] = [];
  readonly removers: Remover[] = [];
}

/**
 * A provider that makes the erasure of an account delete the rows of `table` by a service: `providers: [ClipService, erasedBy('video.clip',
 * ClipService, (clips, id) => clips.delete(id))]`. Tables without one have their rows deleted: enough where nothing shared hangs on a row.
 *
 * @param service an injectable class of the same module
 */
export function erasedBy<Service>(
  table: string,
  service: Type<Service>,
  erase: (service: Service, id: string, ownerId: string) => Promise<unknown>,
): FactoryProvider {
  return {
    provide: `eraser of ${table}`,
    useFactory: (erasers: Erasers, instance: Service) => erasers.rows.push({ table, erase: (id, ownerId) => erase(instance, id, ownerId) }),
    inject: [Erasers, service],
  };
}

/** A provider that makes the erasure of an account call `remove` for what is kept elsewhere than in rows with `owner_id`. */
export function removedBy<Service>(
  name: string,
  service: InjectionToken<Service>,
  remove: (service: Service, ownerId: string) => Promise<void>,
): FactoryProvider {
  return {
    provide: `remover of ${name}`,
    useFactory: (erasers: Erasers, instance: Service) => erasers.removers.push((ownerId) => remove(instance, ownerId)),
    inject: [Erasers, service],
  };
}

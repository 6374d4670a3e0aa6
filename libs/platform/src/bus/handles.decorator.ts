/** `@Handles(contract)`: this method answers that contract; its request arrives checked, its reply leaves checked, and `requireCall()` says who asks. */
import { Catch, type ExceptionFilter, UseFilters } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { throwError } from 'rxjs';
import type { ReplyOf, RequestOf, Rpc } from '#contracts';

export interface HandlerExtras {
  readonly contract: Rpc;
  /** Every copy answers, rather than one of them. */
  readonly everyCopy: boolean;
}

/** Hands errors on as they are; by default Nest would turn them into "Internal server error" before we see them. */
@Catch()
class KeepError implements ExceptionFilter {
  catch(error: unknown) {
    return throwError(() => error);
  }
}

type Handler<C extends Rpc> = (request: RequestOf<C>) => ReplyOf<C> | Promise<ReplyOf<C>>;

/** Contracts by the method that answers them. */
const contracts = new WeakMap<object, Rpc>();

/** @param method of a controller. Undefined when it answers no contract */
export const contractOf = (method: unknown): Rpc | undefined => (typeof method === 'function' ? contracts.get(method) : undefined);

export function Handles<C extends Rpc>(contract: C, options: { everyCopy?: boolean } = {}) {
  const extras: HandlerExtras = { contract, everyCopy: options.everyCopy ?? false };
  return <H extends Handler<C>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<H>): void => {
    MessagePattern(contract.subject, { ...extras })(target, key, descriptor as PropertyDescriptor);
    if (descriptor.value) contracts.set(descriptor.value, contract);
    UseFilters(KeepError)(target, key, descriptor as PropertyDescriptor);
  };
}

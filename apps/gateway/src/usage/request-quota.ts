import { Injectable } from '@nestjs/common';
import { UsageMeter } from '#platform';
import { isQuotaExempt } from '../http/endpoint.ts';
import type { Gate } from '../http/serve-endpoints.ts';

@Injectable() // counts the requests of an account, and refuses those beyond its quota
export class RequestQuota {
  constructor(private readonly meter: UsageMeter) {}

  readonly gate: Gate = (endpoint) => {
    if (endpoint.auth === 'open') return undefined;
    const isAllowed = isQuotaExempt(endpoint);
    return (_request, _reply, { subject }) => {
      if (!subject) return undefined;
      const pending = isAllowed ? undefined : this.meter.admit(subject, 'requests', 1);
      if (pending) return pending.then(() => this.meter.count(subject, 'requests', 1));
      this.meter.count(subject, 'requests', 1);
      return undefined;
    };
  };
}

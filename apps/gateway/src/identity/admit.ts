/** Nobody gets in but where an endpoint says so: one that is not open needs a subject, one for operators that role. */
import { Failure } from '#contracts';
import type { Gate } from '../http/serve-endpoints.ts';
import { authFaultOf } from './identify.service.ts';

export const admit: Gate = ({ auth }) => {
  if (auth === 'open') return undefined;
  return (request, _reply, { subject, roles }) => {
    if (!subject) throw authFaultOf(request) ?? new Failure('unauthenticated', 'This needs an access token.');
    if (auth === 'operator' && !roles.includes('operator')) throw new Failure('forbidden', 'This is for operators only.');
  };
};

/** Authorization: an endpoint that is not open requires an authenticated subject, one for operators that role, and an API key the scope of the endpoint. */
import { Failure, type Scope } from '#contracts';
import { scopeOf } from '../http/endpoint.ts';
import type { Gate } from '../http/serve-endpoints.ts';
import { authFaultOf, scopesOf } from './authentication.service.ts';

export const authorize: Gate = (endpoint) => {
  const { auth } = endpoint;
  if (auth === 'open') return undefined;
  const scope = scopeOf(endpoint);
  return (request, _reply, { subject, roles }) => {
    if (!subject) throw authFaultOf(request) ?? new Failure('unauthenticated', 'An access token is required.');
    const scopes = scopesOf(request);
    if (scopes && (scope === 'account' || !scopes.includes(scope))) throw notForKey(scope);
    if (auth === 'operator' && !roles.includes('operator')) throw new Failure('forbidden', 'This is for operators only.');
  };
};

const notForKey = (scope: Scope | 'account') =>
  new Failure(
    'forbidden',
    scope === 'account' ? 'API keys have no access to this endpoint: log in.' : `This API key does not have the scope ${scope}.`,
  );

/** Finds routes that are unlike all others: lists without pages, answers 201 without a place, changes that overwrite another's. Pure. */
import { type Endpoint, responseSchema } from '../http/endpoint.ts';
import { hasRevision } from '../http/presenter.ts';

/** Routes that are unlike the others for a reason, by operationId. */
export const lintExceptions: Readonly<Record<string, string>> = {
  listPublishers: 'has one item for each kind of publisher',
  listTrackProviders: 'has one item for each provider',
  listScorers: 'has one item for each scorer of the operator, at most 32',
  listVideoPresets: 'has one item for each preset, with at most fifty of the owner',
  listSimilarTracks: 'has the best, at most `limit`',
  listSimilarVideos: 'has the best, at most `limit`',
  listTrackCopies: 'has the best, at most a hundred',
  searchDocuments: 'has the best, at most `limit`',
  searchTracks: 'has the best of each provider, at most `limit`',
  suggestPlaylistOrder: 'has every item of the playlist, at most a thousand',
  appendToUpload: 'is refused where `Upload-Offset` is not where the upload stands (tus)',
  updateQuotas: 'sets each limit by itself; no other one is touched, and the audit log has every change',
  updateSettings: 'sets each setting by itself; no other one is touched, and the audit log has every change',
  updatePublication: 'sets the due time as a whole, and only until the publication has begun',
};

type Rule = (endpoint: Endpoint, all: readonly Endpoint[]) => string | undefined;

const shapeOf = (schema: unknown): object => (schema as { shape?: object } | undefined)?.shape ?? {};
const takes = ({ headers }: Endpoint, name: string) => name in shapeOf(headers);
const at = (all: readonly Endpoint[], method: string, path: string) => all.find((other) => other.method === method && other.path === path);

const listHasPages: Rule = ({ method, query, ...endpoint }) => {
  const isList = method === 'GET' && ['items', 'nextCursor'].every((name) => name in shapeOf(responseSchema(endpoint, 200)));
  return isList && !['cursor', 'limit'].every((name) => name in shapeOf(query)) ? 'a list takes `cursor` and `limit`' : undefined;
};

const createdHasPlace: Rule = ({ responses, locate }) => {
  const created = responses[201];
  const isTold = locate || (created && 'headers' in created && created.headers?.Location);
  return created && !isTold ? 'an answer 201 has a `Location`' : undefined;
};

/** Where the path of the new resource follows from that of the route, something reads it. */
const placeIsRead: Rule = ({ path, forward, responses }, all) => {
  const creates = forward?.startsJob || forward?.creates;
  if (!responses[201] || !creates || typeof creates === 'function') return undefined;
  const parent = typeof creates === 'string' ? creates : path;
  const isRead = all.some(
    (other) => other.method === 'GET' && other.path.startsWith(`${parent}/:`) && !other.path.slice(parent.length + 2).includes('/'),
  );
  return isRead ? undefined : `nothing reads ${parent}/{id}, which the \`Location\` of its 201 names`;
};

const changeTakesIfMatch: Rule = (endpoint) =>
  ['PATCH', 'PUT'].includes(endpoint.method) && !takes(endpoint, 'if-match') ? 'a change takes `If-Match`' : undefined;

/** What can be changed can be deleted as it was read. */
const deletionTakesIfMatch: Rule = (endpoint, all) => {
  const change = at(all, 'PATCH', endpoint.path) ?? at(all, 'PUT', endpoint.path);
  return endpoint.method === 'DELETE' && change && takes(change, 'if-match') && !takes(endpoint, 'if-match')
    ? 'the deletion of what can be changed takes `If-Match`'
    : undefined;
};

const readHasRevision: Rule = (endpoint, all) => {
  const change = at(all, 'PATCH', endpoint.path) ?? at(all, 'PUT', endpoint.path);
  if (endpoint.method !== 'GET' || !change || !takes(change, 'if-match') || change.forward?.etagOf) return undefined;
  const schema = responseSchema(endpoint, 200);
  return schema && hasRevision(schema) ? undefined : 'the `ETag` of what can be changed has a revision';
};

const rules = [listHasPages, createdHasPlace, placeIsRead, changeTakesIfMatch, deletionTakesIfMatch, readHasRevision];

/** @returns one sentence for each fault, with the route; also for an exception that is none any more */
export function lintRoutes(all: readonly Endpoint[], exceptions: Readonly<Record<string, string>> = {}): string[] {
  const faults = all.flatMap((endpoint) =>
    rules.flatMap((rule) => {
      const fault = rule(endpoint, all);
      return fault === undefined ? [] : [{ id: endpoint.id, fault }];
    }),
  );
  const needless = Object.keys(exceptions).filter((name) => !faults.some(({ id }) => id === name));
  return [
    ...faults.filter(({ id }) => !(id in exceptions)).map(({ id, fault }) => `${id}: ${fault}`),
    ...needless.map((id) => `${id}: an exception that is not needed`),
  ];
}

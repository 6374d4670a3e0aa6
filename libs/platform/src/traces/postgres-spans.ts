/** A span for each statement that PostgreSQL is sent within a call. Parameters are not recorded. */
import pg from 'pg';
import { type OpenSpan, startLeaf } from './spans.ts';

const mostCharacters = 1_000;
type Query = (this: unknown, ...args: unknown[]) => unknown;
type Callback = (error: unknown, ...rest: unknown[]) => void;

export function tracePostgres(): void {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const query = prototype.query;
  prototype.query = function (this: unknown, ...args: unknown[]): unknown {
    const text = textOf(args[0]);
    const span = text && startLeaf(`SQL ${operationOf(text)}`, 'client', attributesOf(text));
    return span ? settle(span, args, (more) => query.apply(this, more)) : query.apply(this, args);
  };
}

/** A statement has its answer by callback or by promise; cursors and streams, which are neither, have no text. */
function settle(span: OpenSpan, args: unknown[], query: (args: unknown[]) => unknown): unknown {
  const last = args.at(-1);
  if (typeof last === 'function') {
    const answered: Callback = (error, ...rest) => {
      span.end(error ?? undefined);
      (last as Callback)(error, ...rest);
    };
    return query([...args.slice(0, -1), answered]);
  }
  const answer = query(args);
  if (answer instanceof Promise)
    answer.then(
      () => span.end(),
      (error: unknown) => span.end(error),
    );
  else span.end();
  return answer;
}

function textOf(statement: unknown): string | undefined {
  if (typeof statement === 'string') return statement;
  if (typeof statement !== 'object' || statement === null || 'submit' in statement) return undefined;
  return 'text' in statement && typeof statement.text === 'string' ? statement.text : undefined;
}

const operationOf = (text: string) => /^\s*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? 'statement';
const attributesOf = (text: string) => ({ 'db.system.name': 'postgresql', 'db.query.text': text.slice(0, mostCharacters) });

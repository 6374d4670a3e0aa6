/** What is wrong with a value, in our words: said of the field, `must be at least 1`. Texts of the schema library never reach a client. */
import type * as z from 'zod';

type Issue = z.core.$ZodRawIssue;

const namesShown = 30;
const listed = (names: readonly unknown[]) =>
  names.length > namesShown ? `${names.slice(0, namesShown).join(', ')}, …` : names.join(', ');

/** By the type that was expected. */
const types: Readonly<Record<string, string>> = {
  string: 'must be text',
  number: 'must be a number',
  int: 'must be an integer',
  boolean: 'must be true or false',
  array: 'must be a list',
  tuple: 'must be a list',
  object: 'must be an object',
  record: 'must be an object',
  null: 'must be null',
};

const formats: Readonly<Record<string, string>> = {
  uuid: 'must be a UUID',
  datetime: 'must be a date and time with its offset, like 2026-01-31T12:00:00Z',
  date: 'must be a date, like 2026-01-31',
  email: 'must be an e-mail address',
  url: 'must be a URL',
  base64: 'must be base64',
  base64url: 'must be base64url',
};

const patternMaxLength = 120;
const requiredText = 'is required';
/** Issues that the schema library also finds where a field is missing. */
const missable: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union']);

/** `errors[].code` by the code of the schema library, which may change with its releases; ours do not. */
const codes: Readonly<Record<string, string>> = {
  invalid_type: 'type-invalid',
  too_small: 'too-small',
  too_big: 'too-large',
  not_multiple_of: 'multiple-required',
  invalid_format: 'format-invalid',
  invalid_value: 'value-unknown',
  unrecognized_keys: 'field-unknown',
  invalid_key: 'name-invalid',
  invalid_element: 'invalid',
  invalid_union: 'form-unknown',
  custom: 'invalid',
};

/** What is wrong with a value, for programs; docs/problems.md lists the codes under `request-invalid`. */
export const issueCode = ({ code, message }: Pick<z.core.$ZodIssue, 'code' | 'message'>): string =>
  message === requiredText ? 'required' : (codes[code] ?? 'invalid');

/** @returns a text for every kind of issue; a schema's own `error` stands above it */
export function issueText(issue: Issue): string {
  if (issue.input === undefined && missable.has(issue.code)) return requiredText;
  switch (issue.code) {
    case 'invalid_type':
      return types[issue.expected] ?? 'has the wrong type';
    case 'too_small':
      return bound(issue.origin, issue.minimum, issue.inclusive === false ? 'more than' : 'at least');
    case 'too_big':
      return bound(issue.origin, issue.maximum, issue.inclusive === false ? 'less than' : 'at most');
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return formats[issue.format] ?? patternText(issue.pattern);
    case 'invalid_value':
      return issue.values.length === 1 ? `must be ${String(issue.values[0])}` : `must be one of ${listed(issue.values)}`;
    case 'unrecognized_keys':
      return unknownText(issue.inst);
    case 'invalid_key':
      return `is a name that ${issue.issues[0]?.message ?? 'is not accepted'}`;
    case 'invalid_union':
      return 'has none of the forms that are accepted here';
    default:
      return 'is not valid';
  }
}

function bound(origin: string, limit: unknown, how: string): string {
  if (origin === 'string') return limit === 1 && how === 'at least' ? 'must not be empty' : `must have ${how} ${limit} characters`;
  if (origin === 'array' || origin === 'set')
    return limit === 1 && how === 'at least' ? 'must not be empty' : `must have ${how} ${limit} items`;
  return `must be ${how} ${limit}`;
}

const patternText = (pattern: unknown) =>
  typeof pattern === 'string' && pattern.length <= patternMaxLength ? `must match ${pattern}` : 'has the wrong form';

function unknownText(inst: unknown): string {
  const shape = (inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape;
  const names = Object.keys(shape ?? {});
  return names.length > 0 ? `is not a field here; known: ${listed(names)}` : 'is not a field here; there are none';
}

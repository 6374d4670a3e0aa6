/** A small schema language for fields, and its validator. */

export type Shape =
  | { readonly is: 'string'; readonly oneOf?: readonly string[]; readonly like?: RegExp }
  | { readonly is: 'number'; readonly from?: number; readonly to?: number; readonly whole?: boolean }
  | { readonly is: 'boolean' }
  | { readonly is: 'list'; readonly of: Shape; readonly atLeast?: number }
  | { readonly is: 'map'; readonly of: Shape }
  | { readonly is: 'record'; readonly fields: Fields };

export interface Field {
  readonly shape: Shape;
  readonly required?: boolean;
}
export type Fields = Readonly<Record<string, Field>>;

export const text = (like?: RegExp): Shape => ({ is: 'string', ...(like ? { like } : {}) });
export const oneOf = (...values: string[]): Shape => ({ is: 'string', oneOf: values });
export const whole = (from = 0, to = Number.MAX_SAFE_INTEGER): Shape => ({ is: 'number', whole: true, from, to });
export const number = (from = 0, to = Number.MAX_SAFE_INTEGER): Shape => ({ is: 'number', from, to });
export const yesNo: Shape = { is: 'boolean' };
export const list = (of: Shape, atLeast = 0): Shape => ({ is: 'list', of, atLeast });
export const record = (fields: Fields): Shape => ({ is: 'record', fields });
export const optional = (shapes: Readonly<Record<string, Shape>>): Fields =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }]));
export const required = (shapes: Readonly<Record<string, Shape>>): Fields =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape, required: true }]));

/** @returns one line per violation, starting with its path */
export function misfits(value: unknown, shape: Shape, where: string): string[] {
  switch (shape.is) {
    case 'string':
      return misfitText(value, shape, where);
    case 'number':
      return misfitNumber(value, shape, where);
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${where}: must be true or false`];
    case 'list':
      return misfitList(value, shape, where);
    case 'map':
      return isRecord(value)
        ? Object.entries(value).flatMap(([key, one]) => misfits(one, shape.of, `${where}.${key}`))
        : [`${where}: must be a map`];
    case 'record':
      return misfitRecord(value, shape.fields, where);
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function misfitText(value: unknown, shape: Extract<Shape, { is: 'string' }>, where: string): string[] {
  if (typeof value !== 'string' || value === '') return [`${where}: must be text`];
  if (shape.oneOf && !shape.oneOf.includes(value)) return [`${where}: must be one of ${shape.oneOf.join(', ')}`];
  return shape.like && !shape.like.test(value) ? [`${where}: does not look right`] : [];
}

function misfitNumber(value: unknown, shape: Extract<Shape, { is: 'number' }>, where: string): string[] {
  if (typeof value !== 'number' || (shape.whole && !Number.isInteger(value)))
    return [`${where}: must be a ${shape.whole ? 'whole ' : ''}number`];
  const { from = 0, to = Number.MAX_SAFE_INTEGER } = shape;
  return value >= from && value <= to ? [] : [`${where}: must lie between ${from} and ${to}`];
}

function misfitList(value: unknown, shape: Extract<Shape, { is: 'list' }>, where: string): string[] {
  if (!Array.isArray(value)) return [`${where}: must be a list`];
  const short = value.length < (shape.atLeast ?? 0) ? [`${where}: must hold at least ${shape.atLeast}`] : [];
  return [...short, ...value.flatMap((one, at) => misfits(one, shape.of, `${where}[${at}]`))];
}

function misfitRecord(value: unknown, fields: Fields, where: string): string[] {
  if (!isRecord(value)) return [`${where}: must be a record`];
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(fields, name));
  const missing = Object.keys(fields).filter((name) => fields[name]?.required && value[name] === undefined);
  return [
    ...unknown.map((name) => `${where}.${name}: unknown field`),
    ...missing.map((name) => `${where}.${name}: is missing`),
    ...Object.entries(value).flatMap(([name, one]) => (fields[name] ? misfits(one, fields[name].shape, `${where}.${name}`) : [])),
  ];
}

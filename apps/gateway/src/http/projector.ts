/**
 * Puts the keys of a value in the order of its schema, whatever order they came in (jsonb keeps its own), and leaves out what the schema does not
 * name. Compiled once for each schema; parts that hold no objects are passed on as they are.
 */
import * as z from 'zod';
import { isValidUnchanged } from '#contracts';

type Project = (value: unknown) => unknown;
type Schema = z.core.$ZodType;

const compiled = new WeakMap<Schema, Project | null>();

/** @returns the projection of values that fit the schema; undefined where there is no key to put in order */
export function projectorOf(schema: Schema): Project | undefined {
  const known = compiled.get(schema);
  if (known !== undefined) return known ?? undefined;
  compiled.set(schema, (value) => compiled.get(schema)?.(value) ?? value); // a schema that contains itself finds this
  const project = compile(schema);
  compiled.set(schema, project ?? null);
  return project;
}

function compile(schema: Schema): Project | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return ofObject(def);
    case 'array':
      return ofArray(projectorOf(def.element));
    case 'record':
      return ofRecord(projectorOf(def.valueType));
    case 'union':
      return ofUnion(def.options);
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'nonoptional':
      return projectorOf(def.innerType);
    case 'pipe':
      return projectorOf(def.out);
    default:
      return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

function ofObject({ shape, catchall }: z.core.$ZodObjectDef): Project {
  const fields = Object.entries(shape).map(([name, field]) => ({ name, project: projectorOf(field) }));
  const takesOthers = catchall !== undefined && catchall._zod.def.type !== 'never';
  return (value) => {
    if (!isObject(value)) return value;
    const ordered: Record<string, unknown> = {};
    for (const { name, project } of fields) {
      const part = value[name];
      if (part !== undefined) ordered[name] = project ? project(part) : part;
    }
    return takesOthers ? { ...ordered, ...withoutNames(value, shape) } : ordered;
  };
}

const withoutNames = (value: object, shape: object) => Object.fromEntries(Object.entries(value).filter(([name]) => !(name in shape)));

const ofArray = (project: Project | undefined): Project | undefined =>
  project && ((value) => (Array.isArray(value) ? value.map((item) => project(item)) : value));

const ofRecord = (project: Project | undefined): Project | undefined =>
  project &&
  ((value) => (isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, project(part)])) : value));

/** The first option that takes the value, as zod does. */
function ofUnion(options: readonly Schema[]): Project | undefined {
  const cases = options.map((option) => ({ option: option as z.ZodType, project: projectorOf(option) }));
  if (cases.every(({ project }) => project === undefined)) return undefined;
  return (value) => {
    const taken = cases.find(({ option }) => isValidUnchanged(option, value) || option.safeParse(value).success);
    return taken?.project ? taken.project(value) : value;
  };
}

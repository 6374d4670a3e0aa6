/** JSON for people who compare versions: a value stands on one line where it fits, else each of its members does. */

const maxColumns = 300;

/**
 * @param value what JSON can hold
 * @param depth how deep it stands: each level is indented by one
 * @param taken columns that are taken in front of it, besides the indentation
 */
export function printJson(value: unknown, depth = 0, taken = 0): string {
  const line = onOneLine(value);
  if (line.length + depth + taken <= maxColumns || typeof value !== 'object' || value === null) return line;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const members = Array.isArray(value)
    ? value.map((each) => printJson(each, depth + 1))
    : Object.entries(value)
        .filter(([, each]) => each !== undefined)
        .map(([key, each]) => `${JSON.stringify(key)}: ${printJson(each, depth + 1, key.length + 4)}`);
  const indent = ' '.repeat(depth + 1);
  return `${open}\n${members.map((each) => indent + each).join(',\n')}\n${' '.repeat(depth)}${close}`;
}

function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${members.map(([key, each]) => `${JSON.stringify(key)}: ${onOneLine(each)}`).join(', ')}}`;
}

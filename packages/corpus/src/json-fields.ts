/**
 * Guards between parsed JSON and typed rows. A field of another type than the format says is an
 * error that names the row: a corpus that is read wrongly passes every parser.
 *
 * Must not know what the fields mean.
 */

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(where: string, value: unknown, expected: string): TypeError {
  const found = JSON.stringify(value) ?? "nothing";
  return new TypeError(`Cannot read ${where}: found ${found.slice(0, 40)}, expected ${expected}`);
}

export function fieldsOf(value: unknown, where: string): Fields {
  if (!isFields(value)) throw wrong(where, value, "an object");
  return value;
}

export function textOf(value: unknown, where: string): string {
  if (typeof value !== "string") throw wrong(where, value, "a string");
  return value;
}

export function numberOf(value: unknown, where: string): number {
  if (typeof value !== "number") throw wrong(where, value, "a number");
  return value;
}

export function booleanOf(value: unknown, where: string): boolean {
  if (typeof value !== "boolean") throw wrong(where, value, "true or false");
  return value;
}

export function listOf(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(where, value, "a list");
  return value;
}

export function oneOf<T extends string>(value: unknown, choices: readonly T[], where: string): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw wrong(where, value, choices.join(" or "));
  return found;
}

export function pairsOf(value: unknown, where: string): [name: string, value: string][] {
  return listOf(value, where).map((pair) => {
    const [name, text] = listOf(pair, where);
    return [textOf(name, where), textOf(text, where)];
  });
}

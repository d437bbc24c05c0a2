/** The few assertions that the cases need; nothing of Node, since they run in browsers and workers too. */

/** A case found something else than it should. */
export class CheckFailure extends Error {
  override readonly name = "CheckFailure";
}

/** Fails unless both values have the same JSON text. */
export function same(actual: unknown, expected: unknown, what = "value"): void {
  const [is, should] = [show(actual), show(expected)];
  if (is !== should) throw new CheckFailure(`${what}: found ${is}, expected ${should}`);
}

export function holds(condition: boolean, what: string): void {
  if (!condition) throw new CheckFailure(what);
}

/** What a rejection must look like. */
export interface Refusal {
  readonly name?: string;
  /** The `code`, or one of several where runtimes have words of their own. */
  readonly code?: string | readonly string[];
  /** Part of the message, where a runtime gives nothing else. */
  readonly says?: string;
}

/** Fails unless the promise rejects so; returns the error. */
export async function refused(promise: Promise<unknown>, expected: Refusal): Promise<Error> {
  let outcome = "success";
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Error)) throw new CheckFailure(`rejected with ${show(error)}`);
    const code = "code" in error ? String(error.code) : "";
    const codes = typeof expected.code === "string" ? [expected.code] : expected.code;
    const isRight =
      (expected.name === undefined || error.name === expected.name) &&
      (codes === undefined || codes.includes(code)) &&
      error.message.includes(expected.says ?? "");
    if (isRight) return error;
    outcome = `${error.name} ${code}: ${error.message}`;
  }
  throw new CheckFailure(`found ${outcome}, expected a refusal with ${show(expected)}`);
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner instanceof Uint8Array ? Array.from(inner) : inner,
  );
}

/** Text of U+0000 to U+00FF as bytes. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Bytes as text, one character each. */
export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

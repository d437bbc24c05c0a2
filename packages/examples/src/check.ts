/**
 * What an example expects, as one clear line when it is not so. A program that only prints would
 * show a wrong answer as gladly as a right one.
 */

/** An example did not give what its document shows. */
export class ExampleFailure extends Error {
  override readonly name: string = "ExampleFailure";
}

/** Fails unless `found` is `expected`. */
export function expectSame(what: string, found: unknown, expected: unknown): void {
  if (Object.is(found, expected)) return;
  throw new ExampleFailure(
    `${what}: got ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`,
  );
}

/** Fails unless the response is as the document prints it, and returns that print. */
export function expectStatus(
  response: { readonly status: number; readonly reason: string },
  status: number,
  reason: string,
): string {
  const found = `${response.status} ${response.reason}`;
  expectSame("status", found, `${status} ${reason}`);
  return found;
}

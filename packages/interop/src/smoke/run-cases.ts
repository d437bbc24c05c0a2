/** Runs cases one after the other and tells how each went. Must not know where it runs. */

/** One thing that the packages must do, in plain words. */
export interface Case {
  readonly name: string;
  run(): void | Promise<void>;
}

/** How a case went; `error` is null where all was right. */
export interface Result {
  readonly name: string;
  readonly error: string | null;
}

/** Milliseconds that a case may take. */
const LIMIT = 15_000;

/** Runs all cases in their order; none can hold up the others for longer than the limit. */
export async function runCases(
  cases: readonly Case[],
  report: (result: Result) => void,
): Promise<void> {
  for (const one of cases) report({ name: one.name, error: await runCase(one) });
}

async function runCase(one: Case): Promise<string | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`not done within ${LIMIT} ms`), LIMIT);
  });
  try {
    return await Promise.race([attempt(one), tooLate]);
  } catch (error) {
    return describe(error);
  } finally {
    clearTimeout(timer);
  }
}

/** A case may fail at the call, too. */
async function attempt(one: Case): Promise<null> {
  await one.run();
  return null;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? ` [${String(error.code)}]` : "";
  const cause = error.cause === undefined ? "" : ` (${describe(error.cause)})`;
  const place = /\n\s+at .*?([\w-]+\.js:\d+)/.exec(error.stack ?? "")?.[1] ?? "";
  return `${error.name}${code}: ${error.message}${cause} ${place}`.trim();
}

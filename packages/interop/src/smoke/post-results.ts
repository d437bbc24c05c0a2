/** Runs cases in a page and posts each result to the server that the page came from; an empty post is the end. */
import { type Case, runCases } from "./run-cases.ts";

export async function postResults(cases: readonly Case[]): Promise<void> {
  const post = (body: string): Promise<unknown> => fetch("/results", { method: "POST", body });
  let lines = "";
  await runCases(cases, (result) => {
    lines += `${JSON.stringify(result)}\n`;
  });
  await post(lines);
}

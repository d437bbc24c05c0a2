/** What a session is: one example of the documents as a function that prints what they print. */
import type { Stage } from "./stage.ts";

export type Print = (line: string) => void;

export interface Session {
  readonly title: string;
  /** The documents that have this example. */
  readonly documents: string;
  /** Prints what the document prints; fails when it would be something else. */
  run(stage: Stage, print: Print): Promise<void>;
}

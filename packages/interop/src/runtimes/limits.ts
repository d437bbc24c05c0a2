/**
 * What a runtime truly cannot do, and nothing else: the one place where a failing test is not a fault.
 *
 * An entry whose test passes is a failure, and so is one whose test is gone or fails in another way.
 */
import type { Limit } from "./outcome.ts";

export const LIMITS: readonly Limit[] = [];

/**
 * The parts of this package that other parsers of the family are built on.
 *
 * A change that breaks one of them is a breaking change of this package: installed packages take any version of their range.
 */

export { checkInput } from "./check-input.ts";
export type { FieldLenient } from "./field-machine.ts";
export { FieldMachine } from "./field-machine.ts";
export { sendableName, sendableValue } from "./field-syntax.ts";
export { forEachField, isList } from "./fields-input.ts";
export { DEFAULT_LIMITS, resolveLimits } from "./limits.ts";
export { ownOptions } from "./own-options.ts";
export { ParsedFields } from "./parsed-fields.ts";
export { plainLineEnd, readPlain } from "./plain-fields.ts";
export { Received } from "./received.ts";
export type { Place } from "./wire-error.ts";
export { wireError } from "./wire-error.ts";

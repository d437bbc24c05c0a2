/** Anything can be thrown or aborted with; handlers are told Errors. */
export function asError(reason: unknown): Error {
  return reason instanceof Error
    ? reason
    : new Error(`Cannot go on: found ${String(reason)} thrown, expected an Error`, {
        cause: reason,
      });
}

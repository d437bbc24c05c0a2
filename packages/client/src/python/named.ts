/**
 * Errors that have no class in the documents' module and a name in Python.
 *
 * Owns the name and nothing else: there is no class to catch them by, as there is none to import.
 */

/** An error with the name of Python's class for the same fault. */
export function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

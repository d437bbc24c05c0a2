/**
 * The type of bytes in memory of their own. Types only: nothing of this file exists at run time.
 */

/**
 * Bytes in an ArrayBuffer and in no SharedArrayBuffer: they can be transferred, hashed, made a Blob of.
 *
 * It is `Uint8Array<ArrayBuffer>`, said in a way that TypeScript before 5.7 understands, where arrays of bytes had no parameter.
 */
export type OwnBytes = ReturnType<Uint8ArrayConstructor["of"]>;

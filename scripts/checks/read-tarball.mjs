/**
 * Reads a package tarball (gzip around tar) into memory: names and contents. Knows plain files of
 * the ustar form and the long names of pax, which is all that `pnpm pack` writes.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const BLOCK = 512;

/**
 * @param {string} file
 * @returns {Map<string, Buffer>} contents by path, without the leading "package/"
 */
export function readTarball(file) {
  const tar = gunzipSync(readFileSync(file));
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  let longName = "";
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const header = tar.subarray(at, at + BLOCK);
    /** @param {number} start @param {number} length */
    const text = (start, length) => {
      const field = header.toString("utf8", start, start + length);
      return field.split("\0", 1)[0] ?? "";
    };
    const size = Number.parseInt(text(124, 12), 8);
    const type = text(156, 1);
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (type === "x") {
      longName = /\d+ path=(.*)\n/.exec(content.toString("utf8"))?.[1] ?? "";
    } else {
      const prefix = text(345, 155);
      const name = longName || (prefix === "" ? "" : `${prefix}/`) + text(0, 100);
      if (type === "0" || type === "") files.set(name.replace(/^package\//, ""), content);
      longName = "";
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

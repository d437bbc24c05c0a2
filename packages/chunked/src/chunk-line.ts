/**
 * The line before the data of a chunk (RFC 9112 §7.1, §7.1.1).
 *
 *     chunk          = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
 *     chunk-size     = 1*HEXDIG
 *     chunk-ext      = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
 *     chunk-ext-name = token
 *     chunk-ext-val  = token / quoted-string
 *
 * Owns the size, the grammar of extensions and the bound on overhead. Knows nothing of data and trailers. Every
 * byte of the line is compared with what it must be.
 *
 * Stricter than the RFC: 16 digits at most (as Go and httparse) and 2^53 - 1 at most, because a JS number counts
 * exactly only up to there; no LF alone (CVE-2025-22871, CVE-2026-33870); extensions by the grammar; no white space
 * after the size unless asked for. What a line may waste is Go's rule (CVE-2023-39326): 16 bytes and twice its data
 * are free, the rest adds up over the body.
 */

import { HEX_VALUE, IS_TOKEN, LF, NOT_HEX, SP } from "@httplib/bytes";
import { LimitExceeded, LineTooLong } from "@httplib/errors";
import type { HTTPException, ProtocolErrorCode } from "@httplib/errors";
import type { Defect } from "@httplib/headers";
import { Received, wireError } from "@httplib/headers/machine";

/**
 * What may follow the digits: the row says what came before, the column the kind of the next byte, the entry the next
 * row in base 36. "-" is a byte that must not stand there.
 */
const GRAMMAR: readonly string[] = [
  // HTAB SP ; = " \\ CR tchar other
  "112---b--", // 0 size
  "112---b--", // 1 size BWS: its CR needs a leniency
  "22-----3-", // 2 ";" BWS
  "4425--b3-", // 3 ext-name
  "4425-----", // 4 ext-name BWS
  "55--7--6-", // 5 "=" BWS
  "992---b6-", // 6 ext-val, a token
  "7777a8-77", // 7 ext-val, inside the quotes
  "777777-77", // 8 ext-val, behind "\\" inside the quotes
  "992------", // 9 ext-val BWS
  "992---b--", // a ext-val, behind the closing quote
];
const KINDS = '\t ;="\\\r';
const TCHAR = 7;
const OTHER = 8;

const AFTER_SIZE = 0;
const SIZE_SPACE = 1;
const AFTER_CR = 11;
const DIGITS = 12;
const DONE = 13;

const DEL = 0x7f;
const MAX_DIGITS = 16;
/** Free bytes of a chunk line, and free bytes for each byte of data: Go's figures. */
const FREE_PER_LINE = 16;
const FREE_PER_BYTE = 2;

/** Reads one line. */
export class ChunkLine {
  readonly #maxOverhead: number;
  readonly #spaceAllowed: boolean;
  #stage = DIGITS;
  #digits = 0;
  readonly #line = new Received();
  /** The longest this line may get: fixed when its size is known. */
  #maxLength = 0;
  /** The size of the chunk: final once {@link done} is true. */
  size = 0;
  /** Overhead summed over the lines before this one, and once {@link done} is true over this one too. */
  overhead: number;

  constructor(maxOverhead: number, overhead: number, spaceAllowed: boolean) {
    this.#maxOverhead = maxOverhead;
    this.#spaceAllowed = spaceAllowed;
    this.overhead = overhead;
  }

  /** True once the CRLF of the line has been read. */
  get done(): boolean {
    return this.#stage === DONE;
  }

  /** The text of a line that is done from the first ";" or blank to the CR. */
  get extensions(): string {
    return this.#line.text(this.#digits, this.#line.length - 2);
  }

  /** The bytes read so far: another line that reads them is in the same place. */
  get received(): Uint8Array {
    return this.#line.copy();
  }

  /**
   * Reads on, at most to the end of the line.
   *
   * @param offset what `offset` in errors counts for the byte at `start`
   * @returns the index behind the last byte used
   */
  push(bytes: Uint8Array, start: number, end: number, offset: number, defects: Defect[]): number {
    this.#line.begin(start, offset);
    const base = this.#line.length - start; // index in the line = base + index in the input
    let i = start;
    for (; i < end && this.#stage !== DONE; i++) {
      const octet = bytes[i]!;
      if (this.#stage === DIGITS) {
        const digit = HEX_VALUE[octet]!;
        if (digit !== NOT_HEX) {
          if (++this.#digits > MAX_DIGITS) {
            throw new LineTooLong("chunk size", MAX_DIGITS, this.#line.place(bytes, i));
          }
          this.size = this.size * 16 + digit; // not `<<`: bit operators wrap at 32 bits
          continue;
        }
        this.#endSize(bytes, i);
      }
      if (base + i >= this.#maxLength) {
        throw new LimitExceeded("maxChunkOverhead", this.#maxOverhead, this.#line.place(bytes, i));
      }
      if (this.#stage !== AFTER_CR) {
        this.#stage = this.#follow(octet, bytes, i, defects);
      } else if (octet === LF) {
        this.#stage = DONE;
        const wasted = base + i + 1 - FREE_PER_LINE - FREE_PER_BYTE * this.size;
        this.overhead = Math.max(0, this.overhead + wasted);
      } else throw this.#fail("BARE_CR", bytes, i);
    }
    this.#line.take(bytes, i);
    return i;
  }

  /** The byte behind the digits: the size is judged, and with it how long the line may be. */
  #endSize(bytes: Uint8Array, i: number): void {
    if (this.#digits === 0) throw this.#fail("CHUNK_SIZE", bytes, i);
    if (this.size > Number.MAX_SAFE_INTEGER) throw this.#fail("CHUNK_SIZE_TOO_LARGE", bytes, i);
    const free = FREE_PER_LINE + FREE_PER_BYTE * this.size;
    // Whatever the size says, one line never holds more than the whole bound and an ordinary line.
    this.#maxLength = Math.min(this.#maxOverhead - this.overhead + free, this.#maxOverhead + 18);
    this.#stage = AFTER_SIZE;
  }

  /** The stage behind one byte that follows the digits. */
  #follow(octet: number, bytes: Uint8Array, i: number, defects: Defect[]): number {
    const kind = IS_TOKEN[octet] === 1 ? TCHAR : KINDS.indexOf(String.fromCharCode(octet));
    if (kind < 0 && (octet < SP || octet === DEL)) {
      throw this.#fail(octet === LF ? "BARE_LF" : "CHUNK_LINE_CONTROL", bytes, i);
    }
    const next = GRAMMAR[this.#stage]![kind < 0 ? OTHER : kind]!;
    if (this.#stage === SIZE_SPACE && (next === "b" || next === "-")) {
      if (next === "-" || !this.#spaceAllowed) throw this.#fail("SPACE_AFTER_CHUNK_SIZE", bytes, i);
      // The first hundred tell enough: an endless body must not make an endless list.
      if (defects.length < 100)
        defects.push({ code: "SPACE_AFTER_CHUNK_SIZE", ...this.#line.place(bytes, i) });
    } else if (next === "-") throw this.#fail("CHUNK_EXTENSION", bytes, i);
    return Number.parseInt(next, 36);
  }

  #fail(code: ProtocolErrorCode, bytes: Uint8Array, i: number): HTTPException {
    return wireError(code, "chunk", "7.1", this.#line.place(bytes, i));
  }
}

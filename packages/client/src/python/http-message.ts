/**
 * HTTPMessage with the header methods of Python's `email.message.Message`.
 *
 * Owns spellings and Python's defaults. The payload methods (attach, walk, get_payload and their kin) are not here: a
 * header section has no payload. Storage and look-up are those of `@httplib/headers`.
 */

import { lowerASCII, type OwnBytes } from "@httplib/bytes";
import { HTTPMessage as Base } from "@httplib/headers";
import type { Defect, HeadersInput } from "@httplib/headers";
import { formatParam, paramText, readParam, splitParams } from "./message-params.ts";
import type { ParamValue } from "./message-params.ts";
import { named } from "./named.ts";

/**
 * The documents' `http.client.HTTPMessage`.
 *
 * @see document http.client 3.13.3, "HTTPMessage Objects"
 * @example
 * ```ts
 * import { HTTPMessage } from "@httplib/client/python";
 * const msg = new HTTPMessage({ "Content-Type": 'text/html; charset="UTF-8"' });
 * if (msg.get_content_type() !== "text/html" || msg.get_content_charset() !== "utf-8") throw new Error("unexpected");
 * msg.add_header("Content-Disposition", "attachment", { filename: "a b" });
 * if (msg.get_filename() !== "a b") throw new Error("unexpected");
 * ```
 */
export class HTTPMessage extends Base {
  readonly #defects: readonly Defect[];
  #defaultType = "text/plain";
  #unixFrom: string | null = null;

  /** @param fields lines as for the modern class; those of a message that was received keep its defects */
  constructor(fields: HeadersInput = []) {
    super(fields);
    this.#defects = fields instanceof Base ? fields.defects : [];
  }

  /** What a lenient parse let through. */
  override get defects(): readonly Defect[] {
    return this.#defects;
  }

  /** Every value of a name, or `failobj` when there is none. */
  get_all(name: string): string[] | null;
  get_all<T>(name: string, failobj: T): string[] | T;
  get_all<T>(name: string, failobj: T | null = null): string[] | T | null {
    const values = this.getAll(name);
    return values.length > 0 ? values : failobj;
  }

  /** Name and value of each line, in order. */
  items(): [string, string][] {
    return [...this.entries()];
  }

  /** The same as {@link items}: nothing is decoded here. */
  raw_items(): IterableIterator<[string, string]> {
    return this.entries();
  }

  /** Adds a line without a look at what stands there. */
  set_raw(name: string, value: string): void {
    this.append(name, value);
  }

  /** The lines `Name: value` of a name, in order. */
  getallmatchingheaders(name: string): string[] {
    return this.getAll(name).map((value) => `${name}: ${value}\r\n`);
  }

  /** Adds a line with parameters: `_` in their names becomes `-`, null gives a bare name, three parts RFC 2231. */
  add_header(
    name: string,
    value: string | null,
    params: Readonly<Record<string, ParamValue | null>> = {},
  ): void {
    const parts = value === null ? [] : [value];
    for (const key of Object.keys(params)) {
      parts.push(formatParam(key.replaceAll("_", "-"), params[key]!));
    }
    this.append(name, parts.join("; "));
  }

  /** Gives the first line of a name a new value in its place. @throws Error named KeyError when there is none */
  replace_header(name: string, value: string): void {
    const lines = this.items();
    const at = lines.findIndex(([other]) => lowerASCII(other) === lowerASCII(name));
    if (at < 0) throw keyError(name);
    lines[at] = [lines[at]![0], value];
    const checked = new Base(lines);
    for (const [other] of lines) this.delete(other);
    for (const [other, text] of checked) this.append(other, text);
  }

  /** The media type in small letters, `text/plain` where it is missing or malformed. */
  get_content_type(): string {
    const value = this.get("content-type");
    if (value === undefined) return this.#defaultType;
    const type = mainPart(value);
    return type.split("/").length === 2 ? type : "text/plain";
  }

  get_content_maintype(): string {
    return this.get_content_type().split("/")[0]!;
  }

  get_content_subtype(): string {
    return this.get_content_type().split("/")[1]!;
  }

  get_default_type(): string {
    return this.#defaultType;
  }

  set_default_type(type: string): void {
    this.#defaultType = type;
  }

  /** Name and value of each parameter of a field, the first being its value itself with "". */
  get_params(): [string, ParamValue][] | null;
  get_params<T>(failobj: T, header?: string, unquote?: boolean): [string, ParamValue][] | T;
  get_params<T>(
    failobj: T | null = null,
    header = "content-type",
    unquote = true,
  ): [string, ParamValue][] | T | null {
    const value = this.get(header);
    if (value === undefined) return failobj;
    return splitParams(value).map(([name, raw]) => readParam(name, raw, unquote));
  }

  /** One parameter of a field, its name compared without case. */
  get_param(param: string): ParamValue | null;
  get_param<T>(param: string, failobj: T, header?: string, unquote?: boolean): ParamValue | T;
  get_param<T>(
    param: string,
    failobj: T | null = null,
    header = "content-type",
    unquote = true,
  ): ParamValue | T | null {
    const found = (this.get_params([], header, unquote) as [string, ParamValue][]).find(
      ([name]) => lowerASCII(name) === lowerASCII(param),
    );
    return found === undefined ? failobj : found[1];
  }

  /** Sets a parameter of a field, or adds it; the field itself is made where it is missing. */
  set_param(
    param: string,
    value: string,
    header = "Content-Type",
    requote = true,
    charset: string | null = null,
    language = "",
  ): void {
    const text = formatParam(param, charset === null ? value : [charset, language, value], requote);
    const old = this.get(header) ?? (header.toLowerCase() === "content-type" ? "text/plain" : "");
    const params = splitParams(old);
    const at = params.findIndex(([name]) => isParam(name, param));
    const parts = at < 0 ? [old] : params.map((part) => rewritten(part, requote));
    parts[at < 0 ? 1 : at] = text;
    this.set(header, parts.filter((part) => part !== "").join("; "));
  }

  /** Takes a parameter out of a field. */
  del_param(param: string, header = "content-type", requote = true): void {
    const value = this.get(header);
    if (value === undefined) return;
    const kept = splitParams(value).filter(([name]) => !isParam(name, param));
    this.set(header, kept.map((part) => rewritten(part, requote)).join("; "));
  }

  /** Gives a field another media type and keeps its parameters. @throws Error named ValueError without one "/" */
  set_type(type: string, header = "Content-Type", requote = true): void {
    if (type.split("/").length !== 2)
      throw named("ValueError", `Cannot set a type: found "${type}"`);
    const [, ...params] = splitParams(this.get(header) ?? "");
    this.set(header, [type, ...params.map((part) => rewritten(part, requote))].join("; "));
  }

  /** The filename of Content-Disposition, else the name of Content-Type. */
  get_filename(): string | null;
  get_filename<T>(failobj: T): string | T;
  get_filename<T>(failobj: T | null = null): string | T | null {
    const filename =
      this.get_param("filename", null, "content-disposition") ??
      this.get_param("name", null, "content-type");
    return filename === null ? failobj : paramText(filename).trim();
  }

  get_boundary(): string | null;
  get_boundary<T>(failobj: T): string | T;
  get_boundary<T>(failobj: T | null = null): string | T | null {
    const boundary = this.get_param("boundary");
    return boundary === null ? failobj : paramText(boundary).trimEnd();
  }

  /** @throws Error named HeaderParseError without a Content-Type */
  set_boundary(boundary: string): void {
    if (!this.has("content-type")) {
      throw named("HeaderParseError", "Cannot set a boundary: found no Content-Type");
    }
    this.set_param("boundary", boundary);
  }

  /** The charset of Content-Type in small letters. */
  get_content_charset(): string | null;
  get_content_charset<T>(failobj: T): string | T;
  get_content_charset<T>(failobj: T | null = null): string | T | null {
    const charset = this.get_param("charset");
    const text = charset === null ? "" : paramText(charset);
    // The name of a charset is ASCII; what is not is treated as missing.
    return charset === null || /[^\0-\x7f]/.test(text) ? failobj : text.toLowerCase();
  }

  /** No charset object belongs to a header section. */
  get_charset(): null {
    return null;
  }

  get_charsets<T>(failobj: T): (string | T)[];
  get_charsets(): (string | null)[];
  get_charsets<T>(failobj: T | null = null): (string | T | null)[] {
    return [this.get_content_charset(failobj)];
  }

  get_content_disposition(): string | null {
    const value = this.get("content-disposition");
    return value === undefined ? null : mainPart(value);
  }

  /** A header section has no parts. */
  is_multipart(): boolean {
    return false;
  }

  get_unixfrom(): string | null {
    return this.#unixFrom;
  }

  set_unixfrom(unixfrom: string): void {
    this.#unixFrom = unixfrom;
  }

  /** The lines with LF ends and the blank line, behind the envelope line where `unixfrom` is true. */
  as_string(unixfrom = false): string {
    const envelope = unixfrom && this.#unixFrom !== null ? `${this.#unixFrom}\n` : "";
    return envelope + this.toString().replaceAll("\r\n", "\n");
  }

  /** {@link as_string} as ISO-8859-1 bytes. */
  as_bytes(unixfrom = false): OwnBytes {
    return Uint8Array.from(this.as_string(unixfrom), (character) => character.charCodeAt(0));
  }
}

/** Whether a parameter has this name, in whichever form its value is. */
function isParam(name: string, wanted: string): boolean {
  return lowerASCII(name.replace(/\*$/, "")) === lowerASCII(wanted);
}

/** A parameter written anew, as Python does with those beside the one that is set. */
function rewritten([name, raw]: readonly [string, string], requote: boolean): string {
  return formatParam(...readParam(name, raw, requote), requote);
}

/** What stands in front of the parameters, in small letters. */
function mainPart(value: string): string {
  return value.split(";", 1)[0]!.trim().toLowerCase();
}

function keyError(name: string): Error {
  return named("KeyError", name);
}

/**
 * HTTPMessage with the header methods of Python's `email.message.Message`.
 *
 * Owns spellings and Python's defaults. The payload methods (attach, walk, get_payload and their kin) are not here: a
 * header section has no payload. Storage and look-up are those of `@httplib/headers`. Longer than most files, because Python gives
 * one class all these methods.
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

  /**
   * Every value of a name in order, null when there is none.
   *
   * @param name compared without case
   * @example
   * ```ts
   * import { HTTPMessage } from "@httplib/client/python";
   * new HTTPMessage({ Via: ["a", "b"] }).get_all("via"); // => ["a", "b"]
   * ```
   */
  get_all(name: string): string[] | null;
  /** Every value of a name in order, `failobj` when there is none. */
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

  /**
   * Adds a line without a look at what stands there.
   *
   * @param name a token
   * @param value text of U+0000 to U+00FF
   * @throws InvalidRequest INVALID_FIELD_NAME, INVALID_FIELD_VALUE
   */
  set_raw(name: string, value: string): void {
    this.append(name, value);
  }

  /**
   * The lines `Name: value` of a name, in order and each with its CRLF.
   *
   * @param name compared without case; the lines have it as it is given
   */
  getallmatchingheaders(name: string): string[] {
    return this.getAll(name).map((value) => `${name}: ${value}\r\n`);
  }

  /**
   * Adds a line with parameters.
   *
   * @param name a token
   * @param value what stands before the parameters; null for nothing
   * @param params by name: `_` becomes `-`, null gives a bare name, three parts RFC 2231
   * @throws InvalidRequest as append(); Error named LookupError or UnicodeEncodeError for three parts that cannot be written
   * @example
   * ```ts
   * import { HTTPMessage } from "@httplib/client/python";
   * const msg = new HTTPMessage();
   * msg.add_header("Content-Disposition", "attachment", { filename: "a b" });
   * msg.get("content-disposition"); // => 'attachment; filename="a b"'
   * ```
   */
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

  /**
   * Gives the first line of a name a new value in its place; later lines stay.
   *
   * @param name compared without case
   * @param value text of U+0000 to U+00FF
   * @throws Error named KeyError when there is none; InvalidRequest INVALID_FIELD_VALUE
   */
  replace_header(name: string, value: string): void {
    const lines = this.items();
    const at = lines.findIndex(([other]) => lowerASCII(other) === lowerASCII(name));
    if (at < 0) throw keyError(name);
    lines[at] = [lines[at]![0], value];
    const checked = new Base(lines);
    for (const [other] of lines) this.delete(other);
    for (const [other, text] of checked) this.append(other, text);
  }

  /** The media type in small letters; the default type where it is missing, `text/plain` where it is malformed. */
  get_content_type(): string {
    const value = this.get("content-type");
    if (value === undefined) return this.#defaultType;
    const type = mainPart(value);
    return type.split("/").length === 2 ? type : "text/plain";
  }

  /** What stands before the "/" of {@link get_content_type}. */
  get_content_maintype(): string {
    return this.get_content_type().split("/")[0]!;
  }

  /** What stands behind the "/" of {@link get_content_type}. */
  get_content_subtype(): string {
    return this.get_content_type().split("/")[1]!;
  }

  /** What a missing Content-Type means; `text/plain` unless set. */
  get_default_type(): string {
    return this.#defaultType;
  }

  /**
   * Sets what a missing Content-Type means; no field is changed.
   *
   * @param type a media type, not checked
   */
  set_default_type(type: string): void {
    this.#defaultType = type;
  }

  /** Name and value of each parameter of Content-Type, the first being its value itself with ""; null without one. */
  get_params(): [string, ParamValue][] | null;
  /**
   * The same of any field.
   *
   * @param failobj what to give where the field is missing
   * @param header the name of the field; Content-Type unless given
   * @param unquote false leaves the quotes on
   * @example
   * ```ts
   * import { HTTPMessage } from "@httplib/client/python";
   * const msg = new HTTPMessage({ "Content-Type": "text/html; charset=utf-8" });
   * msg.get_params([]); // => [["text/html", ""], ["charset", "utf-8"]]
   * ```
   */
  get_params<T>(failobj: T, header?: string, unquote?: boolean): [string, ParamValue][] | T;
  get_params<T>(
    failobj: T | null = null,
    header = "content-type",
    unquote = true,
  ): [string, ParamValue][] | T | null {
    const value = this.get(header);
    if (value === undefined) return failobj;
    // As in Python, values by RFC 2231 come behind the others: a plain one of the same name counts.
    const params = splitParams(value);
    const isExtended = ([name]: readonly [string, string]): boolean => name.endsWith("*");
    const ordered = [
      ...params.filter((param) => !isExtended(param)),
      ...params.filter((param) => isExtended(param)),
    ];
    return ordered.map(([name, raw]) => readParam(name, raw, unquote));
  }

  /**
   * One parameter of Content-Type, null where it is missing.
   *
   * @param param its name, compared without case
   */
  get_param(param: string): ParamValue | null;
  /**
   * One parameter of any field. An RFC 2231 value has three parts, its text decoded.
   *
   * @param param its name, compared without case
   * @param failobj what to give where it is missing
   * @param header the name of the field; Content-Type unless given
   * @param unquote false leaves the quotes on
   * @example
   * ```ts
   * import { HTTPMessage } from "@httplib/client/python";
   * const msg = new HTTPMessage({ "Content-Disposition": "attachment; filename*=UTF-8''%E2%82%AC.txt" });
   * msg.get_param("filename", null, "content-disposition"); // => ["UTF-8", "", "\u20ac.txt"]
   * ```
   */
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

  /**
   * Sets a parameter of a field, or adds it; the field itself is made where it is missing.
   *
   * @param param its name
   * @param value its text
   * @param header the name of the field
   * @param requote whether all parameters are quoted, and not only those that must be
   * @param charset utf-8 or iso-8859-1 for a value by RFC 2231; null for a plain one
   * @param language of such a value
   * @throws InvalidRequest as set(); Error named LookupError or UnicodeEncodeError for a charset that cannot be written
   */
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
    const parts =
      at < 0 ? [old] : params.map((part, i) => (i === at ? text : rewritten(part, requote)));
    if (at < 0) parts.push(text);
    this.set(header, parts.filter((part) => part !== "").join("; "));
  }

  /**
   * Takes a parameter out of a field; the others are written anew.
   *
   * @param param its name, compared without case
   * @param header the name of the field
   * @param requote as for set_param()
   */
  del_param(param: string, header = "content-type", requote = true): void {
    const value = this.get(header);
    if (value === undefined) return;
    const kept = splitParams(value).filter(([name]) => !isParam(name, param));
    this.set(header, kept.map((part) => rewritten(part, requote)).join("; "));
  }

  /**
   * Gives a field another media type and keeps its parameters.
   *
   * @param type the new media type
   * @param header the name of the field
   * @param requote as for set_param()
   * @throws Error named ValueError without one "/"
   */
  set_type(type: string, header = "Content-Type", requote = true): void {
    if (type.split("/").length !== 2)
      throw named("ValueError", `Cannot set a type: found "${type}"`);
    const [, ...params] = splitParams(this.get(header) ?? "");
    this.set(header, [type, ...params.map((part) => rewritten(part, requote))].join("; "));
  }

  /**
   * The filename of Content-Disposition, else the name of Content-Type, else null.
   *
   * @example
   * ```ts
   * import { HTTPMessage } from "@httplib/client/python";
   * new HTTPMessage({ "Content-Disposition": "attachment; filename=a.txt" }).get_filename(); // => "a.txt"
   * ```
   */
  get_filename(): string | null;
  /** The same. @param failobj what to give where there is neither */
  get_filename<T>(failobj: T): string | T;
  get_filename<T>(failobj: T | null = null): string | T | null {
    const filename =
      this.get_param("filename", null, "content-disposition") ??
      this.get_param("name", null, "content-type");
    return filename === null ? failobj : paramText(filename).trim();
  }

  /** The boundary of Content-Type, without blanks at its end; null where there is none. */
  get_boundary(): string | null;
  /** The same. @param failobj what to give where there is none */
  get_boundary<T>(failobj: T): string | T;
  get_boundary<T>(failobj: T | null = null): string | T | null {
    const boundary = this.get_param("boundary");
    return boundary === null ? failobj : paramText(boundary).trimEnd();
  }

  /**
   * Sets the boundary of Content-Type.
   *
   * @param boundary its text
   * @throws Error named HeaderParseError without a Content-Type
   */
  set_boundary(boundary: string): void {
    if (!this.has("content-type")) {
      throw named("HeaderParseError", "Cannot set a boundary: found no Content-Type");
    }
    this.set_param("boundary", boundary);
  }

  /** The charset of Content-Type in small letters; null where there is none, or one that is no ASCII. */
  get_content_charset(): string | null;
  /** The same. @param failobj what to give where there is none */
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

  /** The charset in a list of one: a header section is one part. @param failobj what to give in its place where there is none */
  get_charsets<T>(failobj: T): (string | T)[];
  /** The charset, or null, in a list of one. */
  get_charsets(): (string | null)[];
  get_charsets<T>(failobj: T | null = null): (string | T | null)[] {
    return [this.get_content_charset(failobj)];
  }

  /** What stands before the parameters of Content-Disposition, in small letters; null where there is none. */
  get_content_disposition(): string | null {
    const value = this.get("content-disposition");
    return value === undefined ? null : mainPart(value);
  }

  /** A header section has no parts. */
  is_multipart(): boolean {
    return false;
  }

  /** The envelope line; null unless set. */
  get_unixfrom(): string | null {
    return this.#unixFrom;
  }

  /**
   * Sets the envelope line.
   *
   * @param unixfrom as it is to stand before the first field, without a line end
   */
  set_unixfrom(unixfrom: string): void {
    this.#unixFrom = unixfrom;
  }

  /**
   * The lines with LF ends and the blank line.
   *
   * @param unixfrom true puts the envelope line before them, where there is one
   */
  as_string(unixfrom = false): string {
    const envelope = unixfrom && this.#unixFrom !== null ? `${this.#unixFrom}\n` : "";
    return envelope + this.toString().replaceAll("\r\n", "\n");
  }

  /**
   * {@link as_string} as ISO-8859-1 bytes.
   *
   * @param unixfrom as there
   */
  as_bytes(unixfrom = false): OwnBytes {
    return Uint8Array.from(this.as_string(unixfrom), (character) => character.charCodeAt(0));
  }
}

/** Whether a parameter has this name, in whichever form its value is. */
function isParam(name: string, wanted: string): boolean {
  return lowerASCII(name.replace(/\*$/, "")) === lowerASCII(wanted);
}

/** A parameter written anew, as Python does with those beside the one that is set; one by RFC 2231 stays as it is. */
function rewritten([name, raw]: readonly [string, string], requote: boolean): string {
  if (name.endsWith("*")) return `${name}=${raw}`;
  return formatParam(...readParam(name, raw, requote), requote);
}

/** What stands in front of the parameters, in small letters. */
function mainPart(value: string): string {
  return value.split(";", 1)[0]!.trim().toLowerCase();
}

function keyError(name: string): Error {
  return named("KeyError", name);
}

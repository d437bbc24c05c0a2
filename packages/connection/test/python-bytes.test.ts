import { expect, test } from "vitest";
import { pythonBytes } from "../src/python-bytes.ts";
import { bytes } from "./support/open.ts";

test.each([
  ["plain text", "GET /", "b'GET /'"],
  ["the named controls", "a\r\n\tb", String.raw`b'a\r\n\tb'`],
  ["other controls and high bytes", "\0\x07\x7f\xff", String.raw`b'\x00\x07\x7f\xff'`],
  ["a backslash", "a\\b", String.raw`b'a\\b'`],
  ["a single quote", "it's", `b"it's"`],
  ["a double quote", 'say "x"', `b'say "x"'`],
  ["both quotes", `'"`, String.raw`b'\'"'`],
  ["nothing", "", "b''"],
])("%s is shown as Python shows it", (_why, text, shown) => {
  expect(pythonBytes(text)).toBe(shown);
  expect(pythonBytes(bytes(text))).toBe(shown);
});

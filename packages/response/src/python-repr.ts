/**
 * Text and bytes as Python prints them, for debug output that reads like the documents'.
 *
 * Owns the two `repr` forms and nothing else.
 */

function escape(code: number, quote: string): string {
  if (code === 0x5c || code === quote.charCodeAt(0)) return `\\${String.fromCharCode(code)}`;
  if (code === 0x09) return "\\t";
  if (code === 0x0a) return "\\n";
  if (code === 0x0d) return "\\r";
  return `\\x${code.toString(16).padStart(2, "0")}`;
}

/** Python takes double quotes only for text that has a single quote and no double one. */
function quoteOf(text: string): string {
  return text.includes("'") && !text.includes('"') ? '"' : "'";
}

/** ISO-8859-1 text as `repr(str)`: printable characters above U+00A0 stay. */
export function reprText(text: string): string {
  const quote = quoteOf(text);
  let out = quote;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const printable = (code >= 0x20 && code < 0x7f) || (code > 0xa0 && code !== 0xad);
    const special = code === 0x5c || code === quote.charCodeAt(0);
    out += printable && !special ? text[i]! : escape(code, quote);
  }
  return out + quote;
}

/** ISO-8859-1 text that stands for bytes, as `repr(bytes)`: only printable ASCII stays. */
export function reprBytes(text: string): string {
  const quote = quoteOf(text);
  let out = `b${quote}`;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const printable = code >= 0x20 && code < 0x7f;
    const special = code === 0x5c || code === quote.charCodeAt(0);
    out += printable && !special ? text[i]! : escape(code, quote);
  }
  return out + quote;
}

export { append } from "./append.ts";
export {
  BACKSLASH,
  COLON,
  CR,
  DQUOTE,
  EQUALS,
  HEX_VALUE,
  HTAB,
  IS_TOKEN,
  LF,
  NOT_HEX,
  NUL,
  SEMICOLON,
  SP,
  equalsIgnoreCase,
  isToken,
  lowerASCII,
  trimOWS,
} from "./ascii.ts";
export { concat } from "./concat.ts";
export { findHeadEnd } from "./find.ts";
export type { OwnBytes } from "./own-bytes.ts";
export { isBytes } from "./is-bytes.ts";
export { encodeLatin1, isLatin1, latin1 } from "./latin1.ts";

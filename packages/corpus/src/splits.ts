/**
 * The ways in which one message is cut into reads: whole, whole inside a larger buffer, byte by
 * byte, and at every two-way cut. Every cut of a long message would cost its square, so above
 * EVERY_CUT bytes a bounded set stands for all: around line ends, around the limits that parsers
 * count to, and evenly spread.
 */

/** One way to cut. `margin` bytes of junk surround each read in its buffer. */
export interface Split {
  readonly name: string;
  /** Index behind the last byte of each read, ascending; the last one is the whole length. */
  readonly ends: readonly number[];
  readonly margin: number;
}

const EVERY_CUT = 4096;
const EVEN_CUTS = 32;
const LINE_ENDS = 12;
const LIMITS = [4096, 8192, 16_384, 65_536, 131_072, 262_144];
const LF = 0x0a;

function lineEnds(wire: Uint8Array): number[] {
  const found: number[] = [];
  for (let i = wire.indexOf(LF); i !== -1; i = wire.indexOf(LF, i + 1)) found.push(i);
  if (found.length <= 2 * LINE_ENDS) return found;
  return [...found.slice(0, LINE_ENDS), ...found.slice(-LINE_ENDS)];
}

function cutsOf(wire: Uint8Array): number[] {
  const { length } = wire;
  if (length <= EVERY_CUT) return Array.from({ length: Math.max(0, length - 1) }, (_, i) => i + 1);
  const ends = lineEnds(wire);
  const starts = [0, ...ends.slice(0, 4).map((end) => end + 1)];
  const limits = starts.flatMap((start) => LIMITS.map((limit) => start + limit));
  const even = Array.from({ length: EVEN_CUTS }, (_, i) => Math.floor((length * i) / EVEN_CUTS));
  const cuts = new Set([
    ...even,
    ...ends.flatMap((end) => [end - 1, end, end + 1, end + 2]),
    ...limits.flatMap((limit) => [limit - 1, limit, limit + 1]),
  ]);
  return [...cuts].filter((cut) => cut > 0 && cut < length).toSorted((a, b) => a - b);
}

/** All splits of `wire`, the whole of it first. */
export function listSplits(wire: Uint8Array): Split[] {
  const { length } = wire;
  const each = Array.from({ length }, (_, i) => i + 1);
  return [
    { name: "whole", ends: [length], margin: 0 },
    { name: "whole, inside a larger buffer", ends: [length], margin: 3 },
    { name: "whole, between empty reads", ends: [0, length, length], margin: 0 },
    { name: "byte by byte", ends: each, margin: 0 },
    ...cutsOf(wire).map((cut) => ({ name: `cut at ${cut}`, ends: [cut, length], margin: 0 })),
  ];
}

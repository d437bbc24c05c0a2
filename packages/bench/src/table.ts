/** The table for the terminal. */

import { type Figure, isMet, type Row } from "./results.ts";

/** A number with about three digits that matter. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || size === 0) return String(Math.round(value));
  return value.toFixed(size >= 10 ? 1 : 2);
}

function goalOf({ goal, unit }: Row): string {
  if (goal === null) return "";
  return `${goal.is === "at least" ? "≥" : "≤"} ${goal.value} ${unit}`;
}

/** The cells of one row: what, value, goal, verdict, the floor's value, range. */
export function cells(row: Row): string[] {
  const verdict = row.goal === null ? "" : isMet(row) ? "ok" : "MISSED";
  const range = row.low === row.high ? "" : `${short(row.low)} to ${short(row.high)}`;
  const { benchmark, what, value, unit, floor } = row;
  const least = floor === undefined ? "" : `${short(floor)} ${unit}`;
  return [benchmark, what, `${short(value)} ${unit}`, goalOf(row), verdict, least, range];
}

/** Rows of cells in columns. */
function columns(lines: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const line of lines) {
    for (const [index, cell] of line.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    }
  }
  return lines
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Every row with its goal. */
export function rowTable(rows: readonly Row[]): string {
  return columns([
    ["benchmark", "what", "value", "goal", "", "floor", "range"],
    ...rows.map(cells),
  ]);
}

/** The figures behind the ratios. */
export function figureTable(figures: readonly Figure[]): string {
  const lines = figures.map(({ benchmark, peer, piece, cpu, user, rate }) => [
    benchmark,
    peer,
    `${short(cpu)} µs`,
    `${short(user)} µs`,
    `${short(rate)}/s`,
    piece,
  ]);
  return columns([["benchmark", "peer", "CPU", "user", "rate", "for each"], ...lines]);
}

/** The comparison with a baseline: which rows have fallen. */

import { type Results, type Row, rowName, shareLeft } from "./results.ts";

/** What a row may lose of its worth before it is named: between two runs of the same code most differ by less than half of it. */
const TOLERANCE = 0.15;

/** A row that is worth less than it was. */
export interface Fallen {
  readonly row: Row;
  readonly before: Row;
  /** Of its worth, 0 to 1. */
  readonly left: number;
}

/** The rows that have fallen by more than the tolerance. */
export function fallenRows(now: readonly Row[], baseline: Results): Fallen[] {
  const before = new Map(baseline.rows.map((row) => [rowName(row), row]));
  return now.flatMap((row): Fallen[] => {
    const known = before.get(rowName(row));
    if (known === undefined || !row.isComparable) return [];
    const left = shareLeft(row, known);
    return left < 1 - TOLERANCE ? [{ row, before: known, left }] : [];
  });
}

/** One line for each. */
export function describeFallen({ row, before, left }: Fallen): string {
  const from = before.value.toFixed(2);
  const to = row.value.toFixed(2);
  return `${rowName(row)}: from ${from} to ${to} ${row.unit}, ${Math.round((1 - left) * 100)} % worse`;
}

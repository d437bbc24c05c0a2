/**
 * Plots as SVG text, no library: lines over logarithmic axes for curves, one bar for how far a row is from its goal.
 *
 * Owns geometry and marks. Colours are classes that the page defines, so that they suit a light and a dark background.
 */

import type { Curve, Row } from "./results.ts";
import { short } from "./table.ts";

const WIDTH = 720;
const HEIGHT = 380;
const LEFT = 70;
const RIGHT = 16;
const TOP = 34;
const BOTTOM = 48;

/** Text that may stand in markup. */
export function escapeMarkup(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** 1536 as "1.5K": powers of 1,000 for counts, of 1,024 for bytes. */
function tickText(value: number, isBytes: boolean): string {
  const base = isBytes ? 1024 : 1000;
  const units = ["", "K", "M", "G"];
  let power = 0;
  let rest = value;
  while (rest >= base && power < units.length - 1) {
    rest /= base;
    power++;
  }
  return `${short(rest).replace(/\.0+$|(\.\d*?)0+$/, "$1")}${units[power] ?? ""}`;
}

/** 1, 2 and 5 times each power of ten within a range; only the powers where these are too many. */
function ticks(low: number, high: number): number[] {
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const step of [1, 2, 5]) {
      const value = step * 10 ** power;
      if (value >= low && value <= high) found.push(value);
    }
  }
  if (found.length <= 9) return found;
  return found.filter((value) => Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6));
}

/** Zero has a place left of one: positions are of x + 1. */
const place = (x: number): number => Math.log10(x + 1);

/** One curve for each peer, both axes logarithmic. */
export function linePlot(curve: Curve): string {
  const all = curve.series.flatMap(({ points }) => points);
  const xs = [...new Set(all.map(([x]) => x))].toSorted((a, b) => a - b);
  const low = Math.min(...all.map(([, y]) => y)) / 1.15;
  const high = Math.max(...all.map(([, y]) => y)) * 1.15;
  const firstX = place(xs[0] ?? 0);
  const spanX = place(xs.at(-1) ?? 1) - firstX || 1;
  const spanY = Math.log10(high / low) || 1;
  const toX = (x: number): number => LEFT + ((place(x) - firstX) / spanX) * (WIDTH - LEFT - RIGHT);
  const toY = (y: number): number =>
    HEIGHT - BOTTOM - (Math.log10(y / low) / spanY) * (HEIGHT - TOP - BOTTOM);
  const at = (value: number): string => value.toFixed(1);
  const isBytes = curve.x.includes("bytes");

  const parts: string[] = [];
  for (const y of ticks(low, high)) {
    const height = at(toY(y));
    parts.push(
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${height}" y2="${height}"/>`,
      `<text class="tick" text-anchor="end" x="${LEFT - 8}" y="${height}" dy="4">${tickText(y, false)}</text>`,
    );
  }
  for (const x of xs) {
    const text = tickText(x, isBytes);
    parts.push(
      `<text class="tick" text-anchor="middle" x="${at(toX(x))}" y="${HEIGHT - BOTTOM + 18}">${text}</text>`,
    );
  }
  for (const [index, { peer, points }] of curve.series.entries()) {
    const line = points.map(([x, y]) => `${at(toX(x))},${at(toY(y))}`).join(" ");
    const marks = points.map(
      ([x, y]) =>
        `<circle cx="${at(toX(x))}" cy="${at(toY(y))}" r="3"><title>${escapeMarkup(peer)}, ${x}: ${short(y)}</title></circle>`,
    );
    const left = LEFT + index * 128;
    parts.push(
      `<g class="series s${index}"><polyline points="${line}"/>${marks.join("")}`,
      `<line x1="${left}" x2="${left + 18}" y1="14" y2="14"/><text x="${left + 24}" y="18">${escapeMarkup(peer)}</text></g>`,
    );
  }
  const middle = at((HEIGHT - BOTTOM + TOP) / 2);
  parts.push(
    `<text class="axis" text-anchor="middle" x="${(WIDTH + LEFT) / 2}" y="${HEIGHT - 8}">${escapeMarkup(curve.x)}</text>`,
    `<text class="axis" text-anchor="middle" transform="translate(14 ${middle}) rotate(-90)">${escapeMarkup(curve.y)}</text>`,
  );
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeMarkup(curve.title)}">${parts.join("\n")}</svg>`;
}

/** How much of its goal a row reaches, 1 being the goal; 0 to 2. */
function reached({ value, goal }: Row): number {
  if (goal === null) return 0;
  const share = goal.is === "at least" ? value / goal.value : goal.value / value;
  return Math.min(2, Math.max(0, share));
}

/** A bar that ends at the mark in its middle when the goal is just reached. */
export function goalBar(row: Row): string {
  if (row.goal === null) return "";
  const share = reached(row);
  const kind = share >= 1 ? "met" : "missed";
  return `<svg class="bar" viewBox="0 0 100 12" aria-hidden="true"><rect class="${kind}" width="${(share * 50).toFixed(1)}" height="12"/><line class="goal" x1="50" x2="50" y1="0" y2="12"/></svg>`;
}

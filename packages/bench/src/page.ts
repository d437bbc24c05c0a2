/**
 * The page of a run: every row with its goal, the curves, the figures behind the ratios. One file that needs no other.
 */

import { escapeMarkup, goalBar, linePlot } from "./plot.ts";
import type { Results } from "./results.ts";
import { cells, short } from "./table.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --line: #d8dee4; --paper: #fff;
  --c0: #0b62b8; --c1: #8b949e; --c2: #c77700; --c3: #b3261e; --c4: #1a7f5a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --line: #30363d; --paper: #0d1117;
  --c0: #58a6ff; --c1: #7d8590; --c2: #e3a13a; --c3: #ff7b72; --c4: #3fb98a; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
p, dl { color: var(--soft); } dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; } dd { margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.25rem 0.7rem 0.25rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.number, th.number { text-align: right; }
td.missed { color: var(--c3); } td.ok { color: var(--c4); }
svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; fill: var(--ink); }
svg.bar { width: 100px; height: 12px; display: block; }
.bar .met { fill: var(--c4); } .bar .missed { fill: var(--c3); } .bar .goal { stroke: var(--ink); stroke-width: 2; }
.grid { stroke: var(--line); } .tick, .axis { fill: var(--soft); }
.series polyline { fill: none; } .series polyline, .series line { stroke-width: 2; } .s0 polyline, .s0 line { stroke-width: 3.5; }
${[0, 1, 2, 3, 4].map((index) => `.s${index} polyline, .s${index} line { stroke: var(--c${index}); } .s${index} circle { fill: var(--c${index}); }`).join("\n")}
`;

const WORDS = `Every ratio is the median of the ratios of rounds that were measured in turn in one run; the server is a process of
its own, and so is each client. The processor time is that of the client, its threads included. Absolute figures change with the
machine and its load by a factor of two or three; the ratios hardly do. The floor is a raw socket that parses nothing and knows how long
each reply is: what it does not reach in our place, a client hardly can.`;

function row(tag: "td" | "th", values: readonly string[], classes: readonly string[] = []): string {
  const line = values.map((value, index) => {
    const name = classes[index] ?? "";
    return `<${tag}${name === "" ? "" : ` class="${name}"`}>${value}</${tag}>`;
  });
  return `<tr>${line.join("")}</tr>`;
}

function rowTable({ rows }: Results): string {
  const numbers = ["", "", "number", "number", "", "", "number", "number"];
  const lines = rows.map((one) => {
    const [benchmark = "", what = "", value = "", goal = "", verdict = "", floor = "", range = ""] =
      cells(one).map(escapeMarkup);
    const classes = numbers.with(4, verdict.toLowerCase());
    return row("td", [benchmark, what, value, goal, verdict, goalBar(one), floor, range], classes);
  });
  const head = [
    "benchmark",
    "what",
    "value",
    "goal",
    "",
    "of the goal",
    "the floor",
    "range of the rounds",
  ];
  return `<div class="scroll"><table>${row("th", head, numbers)}${lines.join("\n")}</table></div>`;
}

function figureTable({ figures }: Results): string {
  const numbers = ["", "", "number", "number", "number"];
  const lines = figures.map(({ benchmark, peer, piece, cpu, user, rate }) => {
    const name = `${escapeMarkup(benchmark)}, a ${piece}`;
    return row("td", [name, escapeMarkup(peer), short(cpu), short(user), short(rate)], numbers);
  });
  const head = ["benchmark", "peer", "CPU µs", "of it user µs", "a second"];
  return `<div class="scroll"><table>${row("th", head, numbers)}${lines.join("\n")}</table></div>`;
}

/** The whole page as text. */
export function drawPage(results: Results): string {
  const setting = Object.entries(results.setting)
    .map(([name, value]) => `<dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(value)}</dd>`)
    .join("");
  const curves = results.curves.map(
    (curve) => `<h2>${escapeMarkup(curve.title)}</h2>\n${linePlot(curve)}`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>httplib: measurements</title>
<style>${STYLE}</style>
</head>
<body>
<h1>httplib: measurements</h1>
<p>${WORDS}</p>
<dl>${setting}</dl>
<h2>Ratios and goals</h2>
${rowTable(results)}
${curves.join("\n")}
<h2>Figures behind the ratios</h2>
${figureTable(results)}
</body>
</html>
`;
}

/** Writes FEATURES.md from data/*.jsonl. Usage: node packages/client/scripts/make-features.mjs */
import { writeFileSync } from "node:fs";
import { readTables, tableFaults } from "./feature-rows.mjs";
import { featuresPage } from "./features-page.mjs";

const folder = new URL("..", import.meta.url);
const tables = readTables(folder);
const faults = tableFaults(tables, new URL("../..", folder));
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else writeFileSync(new URL("FEATURES.md", folder), featuresPage(tables));

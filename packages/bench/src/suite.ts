/** Every benchmark in the order of the table. */

import { bodyBenchmarks } from "./benchmarks/bodies.ts";
import { bundleBenchmarks } from "./benchmarks/bundles.ts";
import { curveBenchmarks } from "./benchmarks/curves.ts";
import { footprintBenchmarks } from "./benchmarks/footprint.ts";
import { parserBenchmarks } from "./benchmarks/parsers.ts";
import { requestBenchmarks } from "./benchmarks/requests.ts";
import type { Benchmark } from "./context.ts";

export const SUITE: readonly Benchmark[] = [
  ...requestBenchmarks,
  ...bodyBenchmarks,
  ...parserBenchmarks,
  ...footprintBenchmarks,
  ...bundleBenchmarks,
  ...curveBenchmarks,
];

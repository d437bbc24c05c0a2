/**
 * Requests in turn on kept connections: the full API (`request`, `getResponse`, `read`) against everybody else's, with the goals of
 * each row.
 */

import type { Benchmark } from "../context.ts";
import { interleave } from "../interleave.ts";
import type { PeerName } from "../peers/peers.ts";
import { compare, type Comparison, figures, userTimeRow } from "../rows.ts";
import type { GetWork } from "../work.ts";

const ALL: readonly PeerName[] = [
  "httplib",
  "floor",
  "undici dispatch",
  "undici request",
  "node:http",
];

/** Requests between two looks at the clock. */
const EVERY = 16;

interface Requests {
  readonly name: string;
  readonly title: string;
  readonly connections: number;
  readonly chunk?: number;
  readonly fields?: number;
  readonly isSecure?: boolean;
  readonly isPinned?: boolean;
  readonly comparisons: readonly Comparison[];
  /** Microseconds of user time. */
  readonly userTime?: number;
}

/** Requests a second over undici's dispatch, undici's request and node:http. */
function rates(dispatch: number, request: number, node: number): Comparison[] {
  return [
    { of: "rate", theirs: "undici dispatch", goal: dispatch },
    { of: "rate", theirs: "undici request", goal: request },
    { of: "rate", theirs: "node:http", goal: node },
  ];
}

const TABLE: readonly Requests[] = [
  {
    name: "get-32",
    title: "GET 100 B, 32 connections",
    connections: 32,
    comparisons: [{ of: "cost", theirs: "floor", goal: 1.3 }, ...rates(1.4, 1.9, 2.5)],
  },
  {
    name: "get-32-chunked",
    title: "GET 100 B in one chunk, 32 connections",
    connections: 32,
    chunk: 100,
    comparisons: [{ of: "cost", theirs: "floor", goal: 1.3 }, ...rates(1.4, 1.9, 2.5)],
  },
  {
    name: "get-256",
    title: "GET 100 B, 256 connections",
    connections: 256,
    comparisons: rates(1.4, 2.1, 2.5),
  },
  {
    name: "get-1000",
    title: "GET 100 B, 1,000 connections",
    connections: 1000,
    comparisons: rates(1.4, 2.1, 2.5),
  },
  {
    name: "fields-68",
    title: "GET 100 B under 68 field lines, 32 connections",
    connections: 32,
    fields: 68,
    comparisons: rates(1.4, 2.8, 3),
  },
  {
    name: "get-1",
    title: "GET 100 B, 1 connection in turn, client and server on one processor",
    connections: 1,
    isPinned: true,
    comparisons: rates(1.25, 1.45, 1.5),
    userTime: 5,
  },
  {
    name: "tls-32",
    title: "GET 100 B over TLS, 32 connections",
    connections: 32,
    isSecure: true,
    comparisons: [
      { of: "rate", theirs: "undici request", goal: 1.7 },
      { of: "rate", theirs: "node:http", goal: 2.6 },
    ],
  },
  {
    name: "tls-1",
    title: "GET 100 B over TLS, 1 connection in turn, client and server on one processor",
    connections: 1,
    isSecure: true,
    isPinned: true,
    comparisons: [
      { of: "rate", theirs: "undici request", goal: 1.4 },
      { of: "rate", theirs: "node:http", goal: 1.6 },
    ],
  },
];

function benchmark(requests: Requests): Benchmark {
  const { name, title, connections, chunk = 0, fields = 4, comparisons, userTime } = requests;
  const { isSecure = false, isPinned = false } = requests;
  const reply = { bytes: 100, chunk, fields };
  const work: GetWork = { kind: "get", reply, connections, reading: "whole" };
  return {
    name,
    title,
    async run(context) {
      const measurement = { peers: ALL, work, every: EVERY, isSecure, isPinned };
      const samples = await interleave(context, measurement);
      return {
        rows: [
          ...compare(name, samples, comparisons),
          ...(userTime === undefined ? [] : userTimeRow(name, samples, userTime)),
        ],
        figures: figures(name, "request", samples),
        curves: [],
      };
    },
  };
}

export const requestBenchmarks: readonly Benchmark[] = TABLE.map(benchmark);

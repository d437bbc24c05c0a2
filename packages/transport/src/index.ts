export { connect, startTLSOver } from "#connect";
export { connectDuplex } from "./duplex.ts";
export type { NodeDuplex } from "./duplex-transport.ts";
export { connectMemory } from "./memory.ts";
export type { MemoryBytes, MemoryConnect, MemoryScript, MemoryStep } from "./memory.ts";
export type { MemoryPeer } from "./memory-peer.ts";
export { connectStreams } from "./streams.ts";
export type { StreamPair } from "./streams-transport.ts";
export type {
  Address,
  Connect,
  ConnectTarget,
  TLSOptions,
  TLSPeer,
  Transport,
  TransportHandler,
  TransportInfo,
} from "./transport.ts";

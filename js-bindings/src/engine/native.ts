// The shape of the WebAssembly module's glue, as wasm/browser/bindings.cpp declares it.
//
// Types only.
import type { Fact } from './engine.js';

/** What the module calls; see wasm/browser/host.hpp. None of these may throw. */
export interface Host {
  statusChanged(): void;
  settle(
    message: number,
    outcome: number,
    at: number,
    sentAt: number,
    id: string,
    detail: string,
  ): void;
  /** What needs nothing added to it. */
  tell(...fact: Fact): void;
  attach(socket: number, webSocket: WebSocket): void;
  /** What dials. */
  readonly WebSocket: unknown;
  say(value: number | string): void;
  drained(): void;
}

export interface NativeConnection {
  /** By the row of the option table; false where it is refused. */
  option(row: number, value: number): boolean;
  optionText(row: number, value: string): boolean;
  /** Before all else; false where options do not go together. */
  open(protocols: string, seed: number): boolean;
  adoptIdentity(identity: string, somebody: boolean): void;
  connect(): void;
  disconnect(): void;
  reconnect(): void;
  setIdentity(identity: string, somebody: boolean): void;
  tokenChanged(): void;
  subscribe(pattern: string): void;
  unsubscribe(pattern: string): void;
  /** The message's number, or the number of an outcome below zero. */
  send(type: string, data: string, id: string, ttlMs: number, ack: boolean): number;
  /** 0 where it is no position, or comes too late. */
  resumeFrom(position: string): number;
  /** In ms, as between dials after so many failures; below zero: no further try is made. */
  drawWait(failures: number): number;
  token(request: number, token: string, protocols: string, address: string): void;
  tokenAbsent(request: number): void;
  tokenFailed(request: number, why: string, ofAddress: boolean): void;
  pageSignal(signal: number): void;
  dialBlocked(): void;
  /** These say what there is by `say`, see reports.ts. */
  status(): void;
  position(): void;
  ackWindow(): void;
  metrics(): void;
  diagnostics(): void;
  /** 0: the type of the frame that was routed last. */
  typeName(type: number): void;
  delete(): void;
}

/** The module's plain functions, there once a connection is open; see wasm/browser/exports_library.js. */
export interface NativeExports {
  /** What `frame` and `frameRefused` take first. */
  readonly target: number;
  /** Where the head of a frame is written. */
  readonly head: number;
  frame(
    target: number,
    socket: number,
    head: number,
    headSize: number,
    totalSize: number,
    dateNow: number,
  ): number;
  frameRefused(
    target: number,
    socket: number,
    why: number,
    head: number,
    headSize: number,
    totalSize: number,
  ): void;
  malloc(size: number): number;
  free(pointer: number): void;
  heap(): Uint8Array<ArrayBuffer>;
}

export interface NativeModule {
  readonly NativeConnection: new () => NativeConnection;
  readonly exports: NativeExports;
}

/** What the glue is given. */
export interface ModuleOverrides {
  readonly host: Host;
  readonly wasm: WebAssembly.Module;
  /** In place of WebAssembly.instantiate, whose failure the glue would leave unhandled. */
  instantiate(
    module: WebAssembly.Module,
    imports: WebAssembly.Imports,
  ): { then(started: (output: { instance: WebAssembly.Instance }) => void): Promise<void> };
}

// The shape of the WebAssembly module's glue, as wasm/browser/bindings.cpp declares it.
//
// Types only.
import type { ConnectionErrorDetail, ConnectionErrorKind } from './errors.js';
import type { Status } from './types.js';

/** What the module calls; see wasm/browser/host.hpp. None of these may throw. */
export interface Host {
  statusChanged(): void;
  requestToken(request: number, forceRefresh: boolean): void;
  abandonToken(request: number): void;
  settle(message: number, outcome: number, at: number): void;
  identityChanged(): void;
  reconnected(downMs: number, identityChanged: boolean): void;
  log(level: number, text: string): void;
  attach(socket: number, webSocket: WebSocket): void;
  drained(): void;
}

/** What `status()` writes as JSON: a Status whose error is only its facts. */
export interface NativeStatus extends Omit<Status, 'error'> {
  readonly error: null | ({ readonly kind: ConnectionErrorKind } & ConnectionErrorDetail);
}

export interface NativeConnection {
  /** By the row of the option table; false where it is refused. */
  option(row: number, value: number): boolean;
  optionText(row: number, value: string): boolean;
  /** Before all else; false where options do not go together. */
  open(protocols: string, seed: number): boolean;
  target(): number;
  head(): number;
  adoptIdentity(identity: string, somebody: boolean): void;
  connect(): void;
  disconnect(): void;
  reconnect(): void;
  setIdentity(identity: string, somebody: boolean): void;
  tokenChanged(): void;
  subscribe(pattern: string): number;
  unsubscribe(subscription: number): void;
  /** The message's number, or the number of an outcome below zero. */
  send(type: string, data: string, id: string, ttlMs: number): number;
  token(request: number, token: string, protocols: string): void;
  tokenAbsent(request: number): void;
  tokenFailed(request: number, why: string): void;
  pageSignal(signal: number): void;
  dialBlocked(): void;
  status(): string;
  metrics(): string;
  diagnostics(): string;
  typeName(type: number): string;
  currentType(): string;
  delete(): void;
}

export interface NativeModule {
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  readonly NativeConnection: new () => NativeConnection;
  _malloc(size: number): number;
  _free(pointer: number): void;
  _keepline_frame(
    target: number,
    socket: number,
    head: number,
    headSize: number,
    totalSize: number,
    complete: number,
    binary: number,
    performanceNow: number,
    dateNow: number,
  ): number;
  _keepline_frame_refused(
    target: number,
    socket: number,
    why: number,
    head: number,
    headSize: number,
    totalSize: number,
  ): void;
}

/** What the glue may be given; see Emscripten's "Module object". */
export interface ModuleOverrides {
  readonly host: Host;
  locateFile(name: string): string;
  instantiateWasm(
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
  print(text: string): void;
  printErr(text: string): void;
}

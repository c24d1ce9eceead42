// What Emscripten puts around a library file, as far as ours use it.

interface KeeplineHost {
  statusChanged(): void;
  settle(
    message: number,
    outcome: number,
    at: number,
    sentAt: number,
    id: string,
    detail: string,
  ): void;
  tell(name: 'requestToken', request: number, forceRefresh: boolean, attempt: number): void;
  tell(name: 'abandonToken', request: number): void;
  tell(name: 'identityChanged'): void;
  tell(name: 'reconnected', downMs: number, identityChanged: boolean, missed: number): void;
  tell(name: 'gap', from: string, to: string, reason: number, spreadMs: number): void;
  tell(name: 'log', level: number, text: string): void;
  say(value: number | string): void;
  drained(): void;
  attach(socket: number, webSocket: WebSocket): void;
}

type LibraryItem = ((...args: number[]) => unknown) | string | string[] | object | null;

declare const LibraryManager: { library: { _embind_register_class__deps: string[] } };
/** A setting of the link. */
declare const ASSERTIONS: number;
declare function mergeInto(target: object, library: Record<string, LibraryItem>): void;
declare const Module: { host: KeeplineHost; exports: object; [name: string]: unknown };
declare const HEAPU32: Uint32Array;
declare const wasmTable: { get(index: number): (...wires: number[]) => number };
declare const HEAPU8: Uint8Array;
declare function _malloc(size: number): number;
declare function _free(at: number): void;
declare const _keepline_frame: unknown;
declare const _keepline_frame_refused: unknown;
declare function UTF8ToString(pointer: number): string;
declare function stringToNewUTF8(text: string): number;
declare function _emscripten_websocket_new(attributes: number): number;
declare function _emscripten_websocket_delete(handle: number): number;
/** Current releases. */
declare const webSockets: { get(handle: number): WebSocket };
/** Up to 3.1.x. */
declare const WS: { sockets: (WebSocket | null)[] };
declare function keeplineSocketOf(handle: number): WebSocket;
declare function keeplineClose(socket: WebSocket, code?: number, reason?: string): void;
declare function keeplineMustFinishConnecting(): boolean;
declare const keeplineTimers: Record<number, ReturnType<typeof setTimeout> | undefined>;
declare function _keepline_timer_fired(timer: number): void;

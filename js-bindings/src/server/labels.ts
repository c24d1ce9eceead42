// What things are counted as: peers may send any type and close with any code, and each label value is kept
// for as long as the process lives.
import { CloseCode } from './close-codes.js';
import type { InboundFrame } from './frames.js';
import type { Handlers } from './handlers.js';

const other = 'other';
/** Those that this server sends, and those that a browser or a network makes. */
const codes: ReadonlySet<number> = new Set([
  ...[1000, 1001, 1002, 1003, 1005, 1006, 1007, 1011],
  ...Object.values(CloseCode),
]);
const controlTypes: ReadonlySet<string> = new Set(['ping', 'pong', 'subscribe', 'auth', 'resume']);
const outcomes: ReadonlyMap<number, string> = new Map(
  Object.entries(CloseCode).map(([name, code]) => [code, name]),
);

export const codeLabel = (code: number): string => (codes.has(code) ? String(code) : other);

export function frameLabel(frame: InboundFrame, handlers: Handlers): string {
  if (frame.kind !== 'message') return frame.kind;
  const known = controlTypes.has(frame.type) || Object.hasOwn(handlers, frame.type);
  return known ? frame.type : other;
}

/** How a dial ended that was not accepted. */
export const outcomeLabel = (code: number): string => outcomes.get(code) ?? 'client_left';

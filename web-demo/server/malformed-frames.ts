/**
 * Frames that no server should send and every client must survive: one of each kind. A string goes
 * as a text frame, bytes as a binary one.
 */
export interface MalformedFrame {
  readonly kind: string;
  readonly frame: string | Buffer;
}

/** One byte more than a name may have. */
const OVER_LONG_TYPE = 'x'.repeat(65);
/** Far deeper than a parser that calls itself for each level has stack for. */
const DEPTH = 100_000;
/** What UTF-8 never contains. */
const NOT_UTF8 = 0xff;

export const malformedFrames: readonly MalformedFrame[] = [
  { kind: 'not JSON', frame: 'hello' },
  { kind: 'truncated', frame: '{"type":"new_call","data":{"callId":"c' },
  { kind: 'not an object', frame: '["new_call"]' },
  { kind: 'no type', frame: '{"data":{"callId":"c1"}}' },
  { kind: 'type not a string', frame: '{"type":7,"data":{}}' },
  { kind: 'empty type', frame: '{"type":"","data":{}}' },
  { kind: 'over-long type', frame: `{"type":"${OVER_LONG_TYPE}","data":{}}` },
  { kind: 'two types', frame: '{"type":"new_call","data":{},"type":"call_update"}' },
  { kind: 'byte order mark', frame: Buffer.from('\ufeff{"type":"new_call","data":{}}') },
  { kind: 'deep nesting', frame: `{"type":"new_call","data":${'['.repeat(DEPTH)}` },
  {
    kind: 'not UTF-8',
    frame: Buffer.concat([
      Buffer.from('{"type":"new_call","data":"'),
      Buffer.from([NOT_UTF8]),
      Buffer.from('"}'),
    ]),
  },
];

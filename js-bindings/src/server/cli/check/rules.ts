/** All rules, in the order in which they are judged: what ends a server comes after what does not. */
import type { Rule } from './rule.js';
import { answers } from './rules/answers.js';
import { batches } from './rules/batches.js';
import { closing } from './rules/closing.js';
import { frame } from './rules/frame.js';
import { greeting } from './rules/greeting.js';
import { handshake } from './rules/handshake.js';
import { message } from './rules/message.js';
import { ping } from './rules/ping.js';
import { stream } from './rules/stream.js';
import { streamSeen } from './rules/stream-seen.js';

export const rules: readonly Rule[] = [
  ...handshake,
  ...greeting,
  ...ping,
  ...message,
  ...answers,
  ...stream,
  ...frame,
  ...batches,
  ...streamSeen,
  ...closing,
];

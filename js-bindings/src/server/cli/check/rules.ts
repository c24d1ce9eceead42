/** All rules, in the order in which they are judged: what ends a server comes after what does not. */
import type { Rule } from './rule.js';
import { closing } from './rules/closing.js';
import { frame } from './rules/frame.js';
import { greeting } from './rules/greeting.js';
import { handshake } from './rules/handshake.js';
import { message } from './rules/message.js';
import { ping } from './rules/ping.js';

export const rules: readonly Rule[] = [
  ...handshake,
  ...greeting,
  ...ping,
  ...message,
  ...frame,
  ...closing,
];

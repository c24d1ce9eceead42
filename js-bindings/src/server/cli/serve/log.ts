/** One JSON object a line, never a token; a reader who has stopped stops nobody else. */
import { withoutTokens } from '../../log.js';
import type { LineOutput } from '../../output.js';
import type { Logger } from '../../types.js';

/** Each says what those before it say, too. */
export const levels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type Level = (typeof levels)[number];

export function lineLogger(level: Level, output: LineOutput): Logger {
  const told = levels.slice(0, levels.indexOf(level) + 1);
  const write = (own: keyof Logger) => (fields: object, msg: string) => {
    if (!told.includes(own)) return;
    const line = JSON.stringify({ level: own, time: new Date().toISOString(), ...fields, msg });
    output.write(`${withoutTokens(line)}\n`);
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** The thread that reads files: whatever one takes, the server's own goes on answering. */
import { parentPort } from 'node:worker_threads';
import { readContactFile } from './contact-file.js';
import { FileRefused } from './refusal.js';
import { packRows, type ThreadAnswer, type ThreadTask } from './thread-messages.js';

parentPort?.on('message', (task: ThreadTask) => {
  const answer = read(task);
  const moved = answer.kind === 'read' ? answer.file.slices.map(({ buffer }) => buffer) : [];
  parentPort?.postMessage(answer, moved as ArrayBuffer[]);
});

function read({ bytes, settings, limits }: ThreadTask): ThreadAnswer {
  try {
    const { form, rows, broken } = readContactFile(Buffer.from(bytes.buffer), settings, limits);
    const file = { form, total: rows.length, slices: packRows(rows), broken };
    return { kind: 'read', file };
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    const { code, message, details } = error;
    return { kind: 'refused', code, message, details };
  }
}

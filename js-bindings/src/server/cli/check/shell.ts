/** Commands of whoever checks, as they would type them. */
import { spawn } from 'node:child_process';

/** Settles with what went wrong, or nothing. It may go on for as long as the server that it starts. */
export function runByShell(command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: 'ignore' });
    child.unref();
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code) => resolve(code === 0 ? undefined : `it ended with ${code}`));
  });
}

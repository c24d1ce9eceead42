// The package in a worker: no window, no document, the page's own origin. Says each phase and event
// to the page that started it, which answers the questions for tokens.
import { createConnection } from 'keepline';

declare const self: {
  postMessage(word: WorkerWord): void;
  onmessage: ((event: MessageEvent) => void) | null;
};

export type WorkerWord =
  | { readonly phase: string }
  | { readonly event: string }
  | { readonly wantsToken: true };

const say = (word: WorkerWord) => self.postMessage(word);

const connection = createConnection({
  log: () => undefined,
  getToken: () =>
    new Promise((resolve) => {
      self.onmessage = ({ data }) => resolve(String(data));
      say({ wantsToken: true });
    }),
});
connection.onStatus(({ phase }) => say({ phase }));
connection.subscribe('*', ({ type }) => say({ event: type }));

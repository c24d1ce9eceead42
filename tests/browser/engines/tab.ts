// Makes a tab of what a driver can do: functions go in as text with their argument, results come out as
// JSON, and what is waited for is asked again and again. Knows no driver.
import type { DrivenPage, Tab } from './engine.js';

/** Between two questions: the frame that Playwright waits for. A hidden tab draws none. */
const askEveryMs = 16;

type Body = (given: never) => unknown;

export function tabOf(page: DrivenPage): Tab {
  const evaluate = async (body: Body, given?: unknown): Promise<unknown> => {
    // Undefined is no JSON, so the result travels in a list.
    const text = await page.run(
      `(async () => JSON.stringify([await (${body})(${JSON.stringify(given)})]))()`,
    );
    return (JSON.parse(text) as unknown[])[0] ?? undefined;
  };
  // The test's own time limit ends this where it never comes true.
  const waitForFunction = async (body: Body, given?: unknown): Promise<void> => {
    while (!(await evaluate(body, given))) {
      await new Promise((resolve) => setTimeout(resolve, askEveryMs));
    }
  };
  const tab = { goto: (url: string) => page.goto(url), evaluate, waitForFunction };
  return tab as unknown as Tab;
}

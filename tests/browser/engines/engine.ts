// The small interface through which the fault matrix is played in any browser: a tab that is sent to an
// address and runs functions. Playwright's own page is one; whatever else drives a browser brings an
// `Engine`. Knows no driver, and nothing of what the functions do.
import type { Page } from '@playwright/test';

/** What a row may ask of the browser's side wherever it runs. Its arguments and results cross as JSON. */
export interface Tab extends Pick<Page, 'evaluate' | 'waitForFunction'> {
  goto(url: string): Promise<unknown>;
}

/** What a driver can do, in its smallest form. */
export interface DrivenPage {
  goto(url: string): Promise<void>;
  /** Evaluates an expression that gives a promise of text, and gives that text. */
  run(expression: string): Promise<string>;
  /** What the console has said so far; null where the driver does not hear it. */
  readonly consoleLines: readonly string[] | null;
  close(): Promise<void>;
}

/** A browser that was started, with its driver. */
export interface Engine {
  /** With its version, for the report. */
  readonly name: string;
  /** Lines that the browser itself writes about dials that fail and links that break. */
  readonly ownLines: RegExp;
  open(): Promise<DrivenPage>;
  close(): Promise<void>;
}

const names = ['chromium', 'firefox', 'webkit'] as const;
export type EngineName = (typeof names)[number];

/** Which browser this run is in; one run has one. */
export const engineName: EngineName = (() => {
  const given = process.env['KEEPLINE_ENGINE'] || 'chromium';
  const name = names.find((each) => each === given);
  if (name === undefined) throw new Error(`KEEPLINE_ENGINE is one of ${names.join(', ')}`);
  return name;
})();

/** In the browser that Playwright drives, where a row may ask for Playwright's page. */
export const inChromium = engineName === 'chromium';

/** Where engines differ in what they tell a page. Each is what their users have. */
export const traits: {
  /** An answer without a subprotocol opens the link, where Chromium and the standard fail it. */
  readonly opensWithoutSubprotocol: boolean;
  /** Told to a page as 1006 and without their reason: WebKitGTK's network library knows none of them. */
  readonly hiddenCloseCodes: readonly number[];
  /** A message that comes together with the close behind it may reach the page or not. */
  readonly losesLastWords: boolean;
} = {
  opensWithoutSubprotocol: engineName !== 'chromium',
  hiddenCloseCodes: engineName === 'webkit' ? [1012, 1013, 1014] : [],
  losesLastWords: engineName === 'firefox',
};

/** Kinds of annotation by which a row says where it was played and what was not seen; the stage reads them. */
export const PLAYED_IN = 'played in';
export const NOT_SEEN = 'not seen';

/** Starts the browser of this run, where it is not Playwright's. The other driver is never loaded. */
export async function startEngine(): Promise<Engine> {
  switch (engineName) {
    case 'firefox':
      return (await import('./firefox.js')).startFirefox();
    case 'webkit':
      return (await import('./webkit.js')).startWebKit();
    case 'chromium':
      throw new Error('Chromium is started by Playwright');
  }
}

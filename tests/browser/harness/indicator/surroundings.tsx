// What an application may put the indicator into. Each surrounding writes down what it heard that was
// not meant for it, on `window.heard`.
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

declare global {
  interface Window {
    heard: string[];
  }
}

window.heard = [];
const hear = (what: string) => void window.heard.push(what);

type Surrounding = (props: { readonly children: ReactNode }) => ReactNode;

const surroundings = {
  header: ({ children }) => (
    <header>
      <strong>Call desk</strong>
      {children}
    </header>
  ),

  /** Of the browser's own kind. */
  dialog: function ModalDialog({ children }) {
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => {
      const element = dialog.current;
      element?.showModal();
      return () => element?.close();
    }, []);
    return (
      <dialog ref={dialog} data-testid="layer" onClose={() => hear('closed')}>
        <button type="button">First</button>
        {children}
        <button type="button">Last</button>
      </dialog>
    );
  },

  /** Of the browser's own kind too, and closed by Escape or a press elsewhere. */
  popover: function AutoPopover({ children }) {
    const layer = useRef<HTMLDivElement>(null);
    useEffect(() => layer.current?.showPopover(), []);
    return (
      <div
        ref={layer}
        popover="auto"
        data-testid="layer"
        onToggle={(event) => event.newState === 'closed' && hear('closed')}
      >
        {children}
      </div>
    );
  },

  /** As libraries do it: Escape is heard first of all on the document, and Tab stays inside. */
  'library dialog': function LibraryDialog({ children }) {
    const [open, setOpen] = useState(true);
    const layer = useRef<HTMLDivElement>(null);
    useEffect(() => {
      const inside = () => [...(layer.current?.querySelectorAll<HTMLElement>('button') ?? [])];
      const onKeyDown = (event: KeyboardEvent) => {
        if (event.key === 'Escape') {
          hear('closed');
          setOpen(false);
        }
        if (event.key !== 'Tab') return;
        const edge = event.shiftKey ? inside().at(0) : inside().at(-1);
        if (document.activeElement !== edge) return;
        event.preventDefault();
        (event.shiftKey ? inside().at(-1) : inside().at(0))?.focus();
      };
      document.addEventListener('keydown', onKeyDown, true);
      return () => document.removeEventListener('keydown', onKeyDown, true);
    }, []);
    return (
      open && (
        <div ref={layer} role="dialog" data-testid="layer">
          <button type="button">First</button>
          {children}
          <button type="button">Last</button>
        </div>
      )
    );
  },

  'shadow root': function InShadow({ children }) {
    const host = useRef<HTMLDivElement>(null);
    const [inside, setInside] = useState<HTMLElement | null>(null);
    useLayoutEffect(() => {
      const root = host.current?.shadowRoot ?? host.current?.attachShadow({ mode: 'open' });
      const container = document.createElement('div');
      if (root) copyStyles(root, window);
      root?.replaceChildren(container);
      setInside(container);
    }, []);
    return <div ref={host}>{inside && createPortal(children, inside)}</div>;
  },

  window: function InWindow({ children }) {
    const [body, setBody] = useState<HTMLElement | null>(null);
    useLayoutEffect(() => {
      // Without an address: StrictMode runs this twice, and the second time must find the first window.
      const opened = window.open('', 'desk', 'popup,width=500,height=500');
      if (!opened) return undefined;
      copyStyles(opened.document, opened as Window & typeof globalThis);
      setBody(opened.document.body);
      return undefined;
    }, []);
    return body && createPortal(children, body);
  },

  'clickable header': ({ children }) => (
    // biome-ignore lint/a11y/useSemanticElements: applications do this
    <header
      role="button"
      tabIndex={0}
      onClick={() => hear('click')}
      onDoubleClick={() => hear('double click')}
      onKeyDown={({ key }) => hear(`key ${key}`)}
      onKeyUp={({ key }) => hear(`key ${key} up`)}
    >
      <strong>Call desk</strong>
      {children}
    </header>
  ),

  form: ({ children }) => (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        hear('submit');
      }}
    >
      <input aria-label="Name" />
      {children}
    </form>
  ),

  label: ({ children }) => (
    <label>
      <input type="checkbox" data-testid="box" /> Notify me {children}
    </label>
  ),
} as const satisfies Record<string, Surrounding>;

export type SurroundingName = keyof typeof surroundings;

export const surroundingOf = (name: SurroundingName): Surrounding => surroundings[name];

/** Brings the page's own styles to a tree that they do not reach; its policy allows no others. */
function copyStyles(target: Document | ShadowRoot, view: Window & typeof globalThis): void {
  const text = [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .map((rule) => rule.cssText)
    .join('\n');
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(text);
  target.adoptedStyleSheets = [sheet];
}

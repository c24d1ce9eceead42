// Which form of the panel the details stand in: the popover, or its plain form where that is not to
// be had.
//
// The popover and its library are fetched when it is first opened, which is often when the network
// is broken: a fetch that fails or hangs must not keep the details from whoever asks for them.
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { type Panel, PlainPanel } from './panel.js';
import { startTimer } from './surroundings.js';

/** As long as a person takes a press for something that is still being done. */
const popoverAwaitedMs = 1000;

/** Outside of the hook, where the React Compiler takes no `import()`. */
const loadPopover = () => import('./popover.js');

/** Null until there is one. The second function is to be called as the details open. */
export function usePanel(anchor: RefObject<Element | null>): [Panel | null, () => void] {
  // Components are functions, which a state would call: hence the box.
  const [chosen, setChosen] = useState<{ readonly Panel: Panel } | null>(null);
  const arrived = useRef<Panel | null>(null);
  const stopTimer = useRef(() => {});
  useEffect(() => () => stopTimer.current(), []);

  const onOpen = useCallback(() => {
    const Best = arrived.current;
    if (Best) {
      // One that came too late for the last opening is there for this one.
      setChosen((before) => (before?.Panel === Best ? before : { Panel: Best }));
      return;
    }
    const choose = (Chosen: Panel) => {
      stopTimer.current();
      setChosen((before) => before ?? { Panel: Chosen });
    };
    stopTimer.current();
    stopTimer.current = startTimer(anchor.current, popoverAwaitedMs, () => choose(PlainPanel));
    loadPopover().then(
      ({ PopoverPanel }) => {
        arrived.current = PopoverPanel;
        choose(PopoverPanel);
      },
      () => choose(PlainPanel),
    );
  }, [anchor]);

  return [chosen?.Panel ?? null, onOpen];
}

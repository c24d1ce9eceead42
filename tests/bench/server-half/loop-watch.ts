// How long this process does not come round to anything else, and how much of that it has worked: the rest
// somebody else had the processor.

export interface LongestTurns {
  /** Time that passed. */
  readonly lateMs: number;
  /** The most processor time, in whichever turn; the collector's helpers included. */
  readonly busyMs: number;
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Begins to look; what it returns ends that. */
export function watchLoop(): () => LongestTurns {
  let [lateMs, busyMs] = [0, 0];
  let [at, worked] = [performance.now(), cpuMs()];
  const look = () => {
    const [now, total] = [performance.now(), cpuMs()];
    lateMs = Math.max(lateMs, now - at);
    busyMs = Math.max(busyMs, total - worked);
    [at, worked] = [now, total];
  };
  const timer = setInterval(look, 1);
  return () => {
    clearInterval(timer);
    look();
    return { lateMs, busyMs };
  };
}

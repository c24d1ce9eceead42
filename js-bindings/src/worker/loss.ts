// What is told after an engine was lost, until another has taken over: that one does not know whether
// there was a link before its own.
import type { TellAfterLoss } from '../engine/engine.js';

export const tellAfterLoss: TellAfterLoss = (left, tell, over) => {
  const at = Date.now();
  // Whoever had no link, and knew why, need not hear that another engine is on its way.
  if (left.state === 'disconnected') {
    return (status) => {
      const isLoading = status.phase === 'loading';
      tell(isLoading ? left : status);
      if (!isLoading) over(null);
    };
  }
  return (status) => {
    const isNew = status.state === 'connecting';
    tell(isNew ? Object.freeze({ ...status, state: 'reconnecting', since: at }) : status);
    if (status.phase === 'ready') over(Date.now() - at);
  };
};

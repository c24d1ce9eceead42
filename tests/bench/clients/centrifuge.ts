// centrifuge with its JSON protocol: one channel, whose publications are our events.
import { Centrifuge } from 'centrifuge';
import type { Start } from '../contract.js';
import { channel } from '../wire-names.js';
import { routeEvent } from './route.js';

export const start: Start = (url, types, onEvent) => {
  const route = routeEvent(types, onEvent);
  const centrifuge = new Centrifuge(url);
  const subscription = centrifuge.newSubscription(channel);
  subscription.on('publication', ({ data }) => route(data));
  subscription.subscribe();
  centrifuge.connect();
};

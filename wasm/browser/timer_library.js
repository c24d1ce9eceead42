// @ts-check
// The browser's timeouts behind Timer (timer.hpp), one to an owner.

mergeInto(LibraryManager.library, {
  $keeplineTimers: {},

  keepline_timer_start__deps: ['$keeplineTimers'],
  keepline_timer_start: function (timer, wait) {
    clearTimeout(keeplineTimers[timer]);
    keeplineTimers[timer] = setTimeout(function () {
      delete keeplineTimers[timer];
      _keepline_timer_fired(timer);
    }, wait);
  },

  keepline_timer_stop__deps: ['$keeplineTimers'],
  keepline_timer_stop: function (timer) {
    clearTimeout(keeplineTimers[timer]);
    delete keeplineTimers[timer];
  },
});

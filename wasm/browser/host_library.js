// @ts-check
// Passes what the driver says (host.hpp) on to the `host` object that the module was made with.
// Checked by tsc against emscripten.d.ts, so that a wrong name is found before a browser finds it.

mergeInto(LibraryManager.library, {
  keepline_host_status_changed: function () {
    Module.host.statusChanged();
  },
  keepline_host_request_token: function (request, forceRefresh, attempt) {
    Module.host.tell('requestToken', request, Boolean(forceRefresh), attempt);
  },
  keepline_host_abandon_token: function (request) {
    Module.host.tell('abandonToken', request);
  },
  keepline_host_settle: function (message, outcome, at, sentAt, id, detail) {
    Module.host.settle(message, outcome, at, sentAt, UTF8ToString(id), UTF8ToString(detail));
  },
  keepline_host_identity_changed: function () {
    Module.host.tell('identityChanged');
  },
  keepline_host_reconnected: function (down, identityChanged, missed) {
    Module.host.tell('reconnected', down, Boolean(identityChanged), missed);
  },
  keepline_host_gap: function (from, to, reason, spread) {
    Module.host.tell('gap', UTF8ToString(from), UTF8ToString(to), reason, spread);
  },
  keepline_host_log: function (level, text) {
    Module.host.tell('log', level, UTF8ToString(text));
  },
  keepline_host_say_number: function (value) {
    Module.host.say(value);
  },
  keepline_host_say_text: function (text, size) {
    // By its size, and whole: the name of a type may hold any character, and begin with any.
    var decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    Module.host.say(decoder.decode(HEAPU8.subarray(text, text + size)));
  },
  keepline_host_drained: function () {
    Module.host.drained();
  },
});

// @ts-check
// The few things about sockets that Emscripten's WebSocket API cannot do: dial with another WebSocket
// than the page's, throw nothing through C++, hand out the WebSocket object, and let go of a socket for
// good.
//
// Emscripten keeps its sockets in `WS.sockets`, whose delete() removes nothing, up to 3.1.x, and in
// the HandleAllocator `webSockets` in later releases. Both are asked for through `typeof`.

mergeInto(LibraryManager.library, {
  $keeplineSocketOf__deps: ['emscripten_websocket_new'],
  $keeplineSocketOf: function (handle) {
    return typeof webSockets === 'object' ? webSockets.get(handle) : WS.sockets[handle];
  },

  // Hides the global of that name from Emscripten's own functions.
  $WebSocket: '=Module.host.WebSocket',

  keepline_socket_open__deps: ['$WebSocket', '$stringToNewUTF8', 'emscripten_websocket_new'],
  keepline_socket_open: function (attributes) {
    try {
      return _emscripten_websocket_new(attributes);
    } catch (reason) {
      // Anything can be thrown; what Firefox throws where a policy blocks the dial is no Error.
      return -stringToNewUTF8(String(Object(reason).name || 'Error'));
    }
  },

  keepline_socket_send__deps: ['$keeplineSocketOf'],
  keepline_socket_send: function (handle, text) {
    try {
      keeplineSocketOf(handle).send(UTF8ToString(text));
      return true;
    } catch (_) {
      return false;
    }
  },

  keepline_socket_attach__deps: ['$keeplineSocketOf'],
  keepline_socket_attach: function (handle, id) {
    Module.host.attach(id, keeplineSocketOf(handle));
  },

  // Emscripten writes these through pointers whose types differ between releases.
  keepline_socket_ready_state__deps: ['$keeplineSocketOf'],
  keepline_socket_ready_state: function (handle) {
    return keeplineSocketOf(handle).readyState;
  },
  keepline_socket_protocol__deps: ['$keeplineSocketOf', '$stringToNewUTF8'],
  keepline_socket_protocol: function (handle) {
    return stringToNewUTF8(keeplineSocketOf(handle).protocol);
  },

  // Emscripten writes the amount into 64-bit heap views, which the minimal runtime lacks.
  keepline_socket_buffered__deps: ['$keeplineSocketOf'],
  keepline_socket_buffered: function (handle) {
    return keeplineSocketOf(handle).bufferedAmount;
  },

  /** @type {(socket: WebSocket, code?: number, reason?: string) => void} */
  $keeplineClose: function (socket, code, reason) {
    try {
      socket.close(code, reason);
    } catch (_) {
      // Nobody listens to it any more.
    }
  },

  // Closing a socket that is still connecting can break WebSockets in Safari 15.1 and later until it
  // is restarted: there it runs on to open or error, without anybody listening, for 15 s at most.
  $keeplineMustFinishConnecting: function () {
    var agent = typeof navigator === 'object' ? navigator.userAgent : '';
    var version = /Version\/(\d+)\.(\d+)[\d.]* .*Safari\//.exec(agent);
    if (!version || /Chrom|Android/.test(agent)) return false;
    return Number(version[1]) * 100 + Number(version[2]) >= 1501;
  },

  keepline_socket_release__deps: [
    '$keeplineSocketOf',
    '$keeplineClose',
    '$keeplineMustFinishConnecting',
    'emscripten_websocket_delete',
  ],
  keepline_socket_release: function (handle, code, reason) {
    var socket = keeplineSocketOf(handle);
    var text = UTF8ToString(reason);
    _emscripten_websocket_delete(handle); // forgets the handlers
    if (typeof webSockets !== 'object') WS.sockets[handle] = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    var timer;
    // The package `ws` ends a Node process for an error that nobody hears, as of a dial that is given up.
    socket.onerror = function () {
      clearTimeout(timer);
    };
    if (socket.readyState === 0 && keeplineMustFinishConnecting()) {
      timer = setTimeout(function () {
        keeplineClose(socket);
      }, 15000);
      socket.onopen = function () {
        clearTimeout(timer);
        keeplineClose(socket, code, text);
      };
    } else {
      keeplineClose(socket, code, text);
    }
  },

  keepline_page_location__deps: ['$stringToNewUTF8'],
  keepline_page_location: function () {
    return stringToNewUTF8(typeof location === 'object' ? location.href : '');
  },
});

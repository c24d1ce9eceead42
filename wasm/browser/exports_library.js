// @ts-check
// Hands the package what it calls without embind, on the path of every frame: the module's plain
// exports, and the heap as it is after the memory has grown.

mergeInto(LibraryManager.library, {
  keepline_expose__deps: ['malloc', 'free'],
  keepline_expose: function (target, head) {
    Module.exports = {
      target: target,
      head: head,
      frame: _keepline_frame,
      frameRefused: _keepline_frame_refused,
      malloc: _malloc,
      free: _free,
      heap: function () {
        return HEAPU8;
      },
    };
  },
});

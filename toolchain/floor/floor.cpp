// The emptiest module that could do our job: one embind class around one socket. Built with the
// package's own flags, so that the size check can say what Emscripten costs and what we add.
#include <emscripten/bind.h>
#include <emscripten/websocket.h>

#include <string>

namespace {

class FloorConnection {
 public:
  bool open(const std::string& url) {
    EmscriptenWebSocketCreateAttributes attributes{url.c_str(), "keepline.v1", EM_TRUE};
    socket_ = emscripten_websocket_new(&attributes);
    if (socket_ <= 0) return false;
    emscripten_websocket_set_onopen_callback(socket_, this, &FloorConnection::opened);
    emscripten_websocket_set_onmessage_callback(socket_, this, &FloorConnection::received);
    emscripten_websocket_set_onclose_callback(socket_, this, &FloorConnection::closed);
    return true;
  }
  void send(const std::string& text) { emscripten_websocket_send_utf8_text(socket_, text.c_str()); }
  void close() {
    emscripten_websocket_close(socket_, 1000, "");
    emscripten_websocket_delete(socket_);
  }
  std::string last() const { return last_; }

 private:
  static EM_BOOL opened(int, const EmscriptenWebSocketOpenEvent*, void*) { return EM_TRUE; }
  static EM_BOOL received(int, const EmscriptenWebSocketMessageEvent* event, void* self) {
    if (event->data == nullptr || event->numBytes == 0) return EM_TRUE;
    static_cast<FloorConnection*>(self)->last_.assign(reinterpret_cast<const char*>(event->data),
                                                      event->numBytes - 1);
    return EM_TRUE;
  }
  static EM_BOOL closed(int, const EmscriptenWebSocketCloseEvent* event, void* self) {
    static_cast<FloorConnection*>(self)->last_ = event->reason;
    return EM_TRUE;
  }

  EMSCRIPTEN_WEBSOCKET_T socket_ = 0;
  std::string last_;
};

}  // namespace

EMSCRIPTEN_BINDINGS(keepline_floor) {
  emscripten::class_<FloorConnection>("FloorConnection")
      .constructor<>()
      .function("open", &FloorConnection::open)
      .function("send", &FloorConnection::send)
      .function("close", &FloorConnection::close)
      .function("last", &FloorConnection::last);
}

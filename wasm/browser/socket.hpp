// Emscripten's WebSocket API behind SocketId.
//
// Lets nothing that a WebSocket throws pass through C++ frames, be it the browser's or one of the
// application's; identifies sockets by ids of our own, because handles are recycled; never
// waits for a close event. It receives no messages: the package reads them off the WebSocket object
// itself (frames.ts), without a copy through the heap. Knows nothing of the protocol.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "../core/connection.hpp"

namespace keepline {

// One subprotocol a line in; comma-joined, as Emscripten takes them, out. Nothing where one is no
// RFC 7230 token or stands there twice: `new WebSocket` would throw.
std::optional<std::string> join_protocols(std::string_view lines);

// The address of the page or worker; empty where there is none.
std::string page_location();

class SocketListener {
 public:
  virtual void socket_opened(SocketId socket, std::string_view protocol) = 0;
  // The socket is gone when this is called, and may be the last thing its caller does.
  virtual void socket_closed(SocketId socket, const CloseInfo& info) = 0;

 protected:
  ~SocketListener() = default;
};

class Sockets {
 public:
  explicit Sockets(SocketListener& listener);
  ~Sockets();
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;

  // The name of what the constructor threw; empty where the dial began.
  std::string open(SocketId socket, const std::string& url, const std::string& protocols);
  // A socket that is not open takes nothing; one that throws is gone in the next task. JSON text
  // holds no NUL, at which Emscripten would stop.
  void send(SocketId socket, const std::string& text);
  // Closes and lets go at once; no event of the socket is told any more.
  void close(SocketId socket, std::uint16_t code, const std::string& reason);
  // Bytes the browser holds back; nothing where the socket is not open.
  std::optional<std::size_t> buffered(SocketId socket);

 private:
  struct Entry;
  struct Events;

  Entry* find(SocketId socket);

  SocketListener& listener_;
  std::list<Entry> entries_;  // one, or two for a moment
};

}  // namespace keepline

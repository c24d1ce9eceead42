#include "socket.hpp"

#include <emscripten/websocket.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "../core/close_policy.hpp"
#include "../core/text.hpp"
#include "timer.hpp"

// socket_library.js
extern "C" {
// emscripten_websocket_new() inside a try. Where that threw: minus the address of the exception's
// name, in malloc'ed memory.
int keepline_socket_open(EmscriptenWebSocketCreateAttributes* attributes);
// False where it threw.
bool keepline_socket_send(int handle, const char* text);
// Gives the WebSocket object to the host, which reads messages off it.
void keepline_socket_attach(int handle, std::uint32_t socket);
double keepline_socket_buffered(int handle);
int keepline_socket_ready_state(int handle);
// Both in malloc'ed memory.
char* keepline_socket_protocol(int handle);
char* keepline_page_location();
// Closes, forgets the handlers and frees the handle.
void keepline_socket_release(int handle, int code, const char* reason);
}

namespace keepline {
namespace {

constexpr int ready_state_closed = 3;

std::string take_text(char* text) {
  const std::unique_ptr<char, decltype(&std::free)> owned{text, &std::free};
  return owned ? std::string{owned.get()} : std::string{};
}

}  // namespace

std::string page_location() { return take_text(keepline_page_location()); }

std::optional<std::string> join_protocols(std::string_view lines) {
  std::string joined;
  std::size_t count = 0;
  joined.reserve(lines.size());  // growing would leave the token that one of them may hold behind
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (!is_subprotocol(line)) return std::nullopt;
    if (place_in(joined, {line}) < count) return std::nullopt;  // it is among them
    if (count++ > 0) joined += ',';
    joined += line;
  }
  return joined;
}

struct Sockets::Entry {
  Entry(Sockets& its_owner, SocketId its_id, int its_handle);

  Sockets& owner;
  SocketId id;
  int handle;
  bool open = false;
  Timer failure;  // reports a dial that failed without a close event
};

// The browser's events. The event struct is shared by all sockets and a listener may end this one:
// everything needed is copied out before anything is called, and nothing is touched after it.
struct Sockets::Events {
  static EM_BOOL opened(int, const EmscriptenWebSocketOpenEvent*, void* user_data) {
    auto* entry = static_cast<Entry*>(user_data);
    entry->open = true;
    const std::string protocol = take_text(keepline_socket_protocol(entry->handle));
    entry->owner.listener_.socket_opened(entry->id, protocol);
    return EM_TRUE;
  }

  static EM_BOOL closed(int, const EmscriptenWebSocketCloseEvent* event, void* user_data) {
    const std::string reason = event->reason;
    gone(static_cast<Entry*>(user_data), event->code, reason);
    return EM_TRUE;
  }

  // A dial that the page's policy blocks fires `error` and no `close`; everywhere else `close`
  // follows in the same task, so the next one is soon enough.
  static EM_BOOL failed(int, const EmscriptenWebSocketErrorEvent*, void* user_data) {
    auto* entry = static_cast<Entry*>(user_data);
    if (keepline_socket_ready_state(entry->handle) == ready_state_closed) {
      entry->failure.start(Duration{0});
    }
    return EM_TRUE;
  }

  static void gone(Entry* entry, std::uint16_t code, std::string_view reason) {
    Sockets& owner = entry->owner;
    const SocketId id = entry->id;
    CloseInfo info{code, reason};
    info.unsent = owner.buffered(id);
    owner.close(id, 1000, {});
    owner.listener_.socket_closed(id, info);
  }
};

Sockets::Entry::Entry(Sockets& its_owner, SocketId its_id, int its_handle)
    : owner(its_owner),
      id(its_id),
      handle(its_handle),
      failure([](void* entry) { Events::gone(static_cast<Entry*>(entry), 1006, {}); }, this) {}

Sockets::Sockets(SocketListener& listener) : listener_(listener) {}

Sockets::~Sockets() {
  while (!entries_.empty()) close(entries_.back().id, 1000, {});
}

Sockets::Entry* Sockets::find(SocketId socket) {
  const auto at = std::find_if(entries_.begin(), entries_.end(),
                               [socket](const Entry& entry) { return entry.id == socket; });
  return at == entries_.end() ? nullptr : &*at;
}

std::string Sockets::open(SocketId socket, const std::string& url, const std::string& protocols) {
  EmscriptenWebSocketCreateAttributes attributes;
  emscripten_websocket_init_create_attributes(&attributes);
  attributes.url = url.c_str();
  attributes.protocols = protocols.empty() ? nullptr : protocols.c_str();
  const int handle = keepline_socket_open(&attributes);
  if (handle <= 0) return take_text(reinterpret_cast<char*>(-handle));
  Entry* entry = &entries_.emplace_back(*this, socket, handle);
  emscripten_websocket_set_onopen_callback(handle, entry, Events::opened);
  emscripten_websocket_set_onclose_callback(handle, entry, Events::closed);
  emscripten_websocket_set_onerror_callback(handle, entry, Events::failed);
  keepline_socket_attach(handle, socket.value);
  return {};
}

void Sockets::send(SocketId socket, const std::string& text) {
  Entry* entry = find(socket);
  if (entry == nullptr || !entry->open) return;
  // A socket that cannot take what it must is of no use any more.
  if (!keepline_socket_send(entry->handle, text.c_str())) entry->failure.start(Duration{0});
}

void Sockets::close(SocketId socket, std::uint16_t code, const std::string& reason) {
  const Entry* entry = find(socket);
  if (entry == nullptr) return;
  const int handle = entry->handle;
  entries_.remove_if([socket](const Entry& each) { return each.id == socket; });
  keepline_socket_release(handle, code, reason.c_str());
}

std::optional<std::size_t> Sockets::buffered(SocketId socket) {
  const Entry* entry = find(socket);
  if (entry == nullptr || !entry->open) return std::nullopt;
  return static_cast<std::size_t>(keepline_socket_buffered(entry->handle));
}

}  // namespace keepline

// The world's people: the application's commands, the network, the page and the token provider.
#include <algorithm>

#include "control_data.hpp"
#include "world.hpp"

namespace keepline::sim {
// ---- commands

void World::adopt(const Identity& identity) {
  core_.adopt_identity(identity);
  books_.note_adopted(identity, core_);
}

void World::connect() {
  begin(Input::connect);
  core_.connect(now_);
  finish();
}

void World::disconnect() {
  begin(Input::disconnect);
  core_.disconnect(now_);
  finish();
}

void World::reconnect() {
  begin(Input::reconnect);
  core_.reconnect(now_);
  finish();
}

void World::set_identity(Identity identity) {
  begin(Input::set_identity, std::nullopt, identity ? *identity : "nobody");
  books_.note_identity(identity);
  core_.set_identity(now_, std::move(identity));
  finish();
}

void World::token_changed() {
  begin(Input::token_changed);
  core_.token_changed(now_);
  finish();
}

void World::subscribe(std::string_view pattern) {
  begin(Input::subscribe, std::nullopt, pattern);
  if (core_.subscribe(now_, pattern)) books_.note_pattern(pattern);
  finish();
}

void World::unsubscribe(std::string_view pattern) {
  begin(Input::unsubscribe, std::nullopt, pattern);
  core_.unsubscribe(now_, pattern);
  books_.note_unsubscribed(pattern);
  finish();
}

SendResult World::send(std::string_view type, std::string_view data, std::optional<Duration> ttl) {
  begin(Input::send, std::nullopt, type);
  const SendResult result = core_.send(now_, {type, data, {}, ttl});
  drain();
  books_.note_send(result, ttl.value_or(core_.options().queue.ttl));
  finish();
  return result;
}

SendResult World::send_numbered(std::size_t bytes, std::optional<Duration> ttl) {
  books_.note_numbered(++last_number_);
  std::string data = "{\"n\":" + std::to_string(last_number_) + ",\"pad\":\"";
  data.append(bytes, '1').append("\"}");
  return send("note", data, ttl);
}

// ---- sockets

void World::carry_out(const OpenSocket& output) {
  ++dials;
  last_dial_ = output.socket;
  std::erase_if(sockets_, [](const Socket& socket) { return socket.let_go; });
  if (stream.on) server.connected_extra = stream.greet();
  sockets_.push_back({output.socket, server});
  const std::uint32_t id = output.socket.value;
  switch (server.upgrade) {
    case Upgrade::hangs:
      return;
    case Upgrade::refuses:
      schedule({.kind = Kind::closed, .id = id, .code = 1006}, server.one_way * 2);
      return;
    case Upgrade::accepts:
      schedule({.kind = Kind::opened, .id = id}, server.one_way * 2);
      schedule_server_life(sockets_.back());
      return;
  }
}

void World::schedule_server_life(const Socket& socket) {
  const std::uint32_t id = socket.id.value;
  const Duration opened = server.one_way * 2;
  if (server.says_connected) {
    schedule({.kind = Kind::frame, .id = id, .text = connected_frame(server)}, opened);
  }
  if (server.closes) {
    schedule({.kind = Kind::closed,
              .id = id,
              .text = server.closes->reason,
              .code = server.closes->code},
             opened + server.closes->after);
  }
}

// The browser tells of it much later, and it must not matter.
void World::carry_out(const CloseSocket& output) {
  if (Socket* socket = find(output.socket)) socket->let_go = true;
  schedule({.kind = Kind::closed, .id = output.socket.value, .code = 1006}, close_delay);
}

void World::carry_out(const SendFrame& output) {
  Socket* socket = find(output.socket);
  if (socket == nullptr) return;
  if (socket->stalled) {
    socket->buffered += output.text.size();
    return;
  }
  if (socket->server.uplink > 0 && !socket->holds_back) {
    // In order behind all that waits: the last byte leaves when the way has taken those before it.
    const auto begins = std::max(socket->sent_at, now_.monotonic);
    const double size = static_cast<double>(output.text.size());
    socket->sent_at = begins + seconds(size / socket->server.uplink);
    schedule({.kind = Kind::heard, .id = output.socket.value, .text = output.text},
             socket->sent_at - now_.monotonic + socket->server.one_way);
    return;
  }
  if (socket->holds_back) {
    if (keeps_history) server_heard.push_back(output.text);
    socket->buffered += output.text.size();
    return;
  }
  reach_server(*socket, output.text, socket->server.one_way * 2);
}

// `on_the_way`: until what the server says to it is here.
void World::reach_server(const Socket& socket, const std::string& text, Duration on_the_way) {
  if (keeps_history) server_heard.push_back(text);
  for (std::string& answer : answers(socket.server, text)) {
    schedule({.kind = Kind::frame, .id = socket.id.value, .text = std::move(answer)}, on_the_way);
  }
  if (is_stale(socket.id)) return;
  stream_until_ = std::max(stream_until_, now_.monotonic + on_the_way);
  send_stream(stream.answer(text));
}

// What a browser would say of it as bufferedAmount.
std::size_t World::unsent(const Socket& socket) const {
  if (socket.stalled || socket.sent_at <= now_.monotonic) return socket.buffered;
  const double left = (socket.sent_at - now_.monotonic).count() / 1000 * socket.server.uplink;
  return socket.buffered + static_cast<std::size_t>(left) + 1;
}

void World::happen(const Event& event) {
  const SocketId socket{event.id};
  const Socket* known = find(socket);
  // Nothing passes a stalled path; only of a socket that was let go does the browser tell at last.
  const bool silent = known != nullptr && known->stalled && !known->let_go;
  switch (event.kind) {
    case Kind::token:
      deliver_token(TokenRequestId{event.id}, {event.result, event.fingerprint, event.text});
      return;
    case Kind::opened:
      if (!silent) deliver_opened(socket);
      return;
    case Kind::frame:
      if (!silent) {
        deliver_frame(socket, {event.text, event.text.size(), true});
      } else if (const std::uint64_t seq = seq_of(event.text); seq > 0) {
        books_.stream().note_lost(seq);
      }
      return;
    case Kind::closed:
      if (!silent) deliver_closed(socket, event.code, event.text);
      return;
    case Kind::heard:
      if (known != nullptr && !known->stalled && !known->let_go) {
        reach_server(*known, event.text, known->server.one_way);
      }
      return;
  }
}

void World::deliver_opened(SocketId socket) {
  begin(Input::opened);
  if (is_stale(socket) || live()->open) {
    const Connection before = core_;
    core_.handle_socket_opened(now_, socket, "keepline.v1");
    expect_unchanged(before, "a late open");
    return;
  }
  Socket& opened = *find(socket);
  opened.open = true;
  const bool ours = opened.server.offered_protocol;
  books_.note_opened(socket, ours && core_.options().has_token_provider);
  core_.handle_socket_opened(now_, socket, ours ? "keepline.v1" : "", false, ours);
  finish();
}

// What the frame means by the protocol: control names count only after `connected`.
void World::note_protocol(Socket& socket, const Frame& frame) {
  const Options& options = core_.options();
  if (!frame.complete || frame.total_bytes > options.max_message_bytes) return;
  if (frame.head.starts_with(R"({"type":"connected")")) {
    const ControlData data(frame.head, options.names.data);
    socket.speaks = socket.speaks || data.has_string(Member::connection_id);
    books_.note_greeting(data, core_);
  }
  if (!socket.speaks) return;
  if (frame.head.starts_with(R"({"type":"going_away")")) {
    books_.note_going_away(ControlData(frame.head, options.names.data).hint());
  }
  if (frame.head.starts_with(R"({"type":"authed")")) {
    const ControlData data(frame.head, options.names.data);
    books_.note_authed(data.duration(Member::expires_in), core_);
  }
}

FrameVerdict World::deliver_frame(SocketId socket, const Frame& frame) {
  begin(Input::frame, std::nullopt, frame.head.substr(0, 80));
  if (is_stale(socket) || !live()->open) {
    const Connection before = core_;
    const FrameVerdict verdict = core_.handle_frame(now_, socket, frame);
    books_.note_frame(socket, frame, verdict, core_);
    expect_unchanged(before, "a late frame");
    return verdict;
  }
  note_protocol(*find(socket), frame);
  books_.stream().note_coming(frame.head);
  const FrameVerdict verdict = core_.handle_frame(now_, socket, frame);
  // What the frame set off comes first; the books judge a delivery as the drained machine stands.
  drain();
  books_.note_frame(socket, frame, verdict, core_);
  if (verdict.action == FrameVerdict::Action::deliver) ++delivered;
  finish();
  return verdict;
}

void World::refuse_frame(SocketId socket, const Refusal& refusal) {
  begin(Input::frame_refused);
  if (is_stale(socket)) {
    const Connection before = core_;
    core_.handle_frame_refused(now_, socket, refusal);
    expect_unchanged(before, "a late refusal");
    return;
  }
  core_.handle_frame_refused(now_, socket, refusal);
  books_.note_refused(socket);
  finish();
}

void World::deliver_closed(SocketId socket, std::uint16_t code, std::string_view reason) {
  begin(Input::closed, std::nullopt, std::to_string(code));
  if (is_stale(socket)) {
    const Connection before = core_;
    core_.handle_socket_closed(now_, socket, {code, reason});
    expect_unchanged(before, "a late close");
    return;
  }
  books_.note_closed(socket, code, reason, core_);
  find(socket)->let_go = true;
  core_.handle_socket_closed(now_, socket, {code, reason});
  finish();
}

void World::deliver_token(TokenRequestId request, const TokenResult& given) {
  TokenResult result = given;
  result.address = address;
  if (provider == Provider::misleads) result.address = "ftp://rt.example.com";
  begin(Input::token);
  if (!books_.is_pending(request)) {
    const Connection before = core_;
    core_.handle_token(now_, request, result);
    expect_unchanged(before, "a late token");
    return;
  }
  books_.note_token(request, result);
  core_.handle_token(now_, request, result);
  finish();
}

void World::deliver_capacity(SocketId socket, std::size_t bytes) {
  begin(Input::capacity);
  if (is_stale(socket)) {
    const Connection before = core_;
    core_.handle_send_capacity(now_, socket, bytes);
    expect_unchanged(before, "a late measurement");
    return;
  }
  books_.note_capacity(bytes);
  core_.handle_send_capacity(now_, socket, bytes);
  finish();
}

// ---- page and server

void World::signal(PageSignal signal) {
  begin(Input::signal, signal);
  core_.handle_page_signal(now_, signal);
  finish();
}

void World::server_sends(std::string_view text) {
  const Socket* socket = live();
  if (socket == nullptr) return;
  deliver_frame(socket->id, {text, text.size(), true});
}

void World::server_closes(std::uint16_t code, std::string_view reason) {
  if (const Socket* socket = live()) deliver_closed(socket->id, code, reason);
}

void World::block_dial() { block_dial(last_dial_); }

void World::block_dial(SocketId dial) {
  begin(Input::blocked);
  switch (books_.belief_in_blocked(dial)) {
    case Books::Belief::unsure:
      books_.close_step();
      return;
    case Books::Belief::none: {
      const Connection before = core_;
      core_.handle_dial_blocked(now_, dial);
      expect_unchanged(before, "a blocked dial that is not the last one, or long over,");
      return;
    }
    case Books::Belief::sure:
      books_.note_blocked();
      core_.handle_dial_blocked(now_, dial);
      finish();
      return;
  }
}

void World::stall() {
  for (Socket& socket : sockets_) {
    if (socket.stalled) continue;
    socket.buffered = unsent(socket);
    socket.stalled = true;
  }
}

void World::hold_back() {
  for (Socket& socket : sockets_) socket.holds_back = !socket.let_go;
}

void World::let_flow() {
  for (Socket& socket : sockets_) {
    socket.holds_back = false;
    socket.buffered = 0;
  }
}

void World::heal() {
  for (Socket& socket : sockets_) {
    socket.stalled = false;
    socket.buffered = 0;
    socket.sent_at = now_.monotonic;
  }
}

}  // namespace keepline::sim

#include "driver.hpp"

#include <emscripten/html5.h>

#include <algorithm>
#include <utility>

#include "../core/text.hpp"
#include "host.hpp"
#include "report.hpp"

namespace keepline {
namespace {

// An auth frame without its token: two names of 64 bytes at most, which escapes may make six times
// as long.
constexpr std::size_t auth_frame_max_bytes = 1024;
constexpr const char* own_protocol = "keepline.v1";

HostClock::time_point read_monotonic() {
  return HostClock::time_point{milliseconds(emscripten_performance_now())};
}

Instant read_clocks() {
  return {read_monotonic(), WallClock::time_point{milliseconds(emscripten_date_now())}};
}

// So that the memory it leaves behind says nothing; volatile, or it would be optimised away.
void wipe(std::string& secret) {
  volatile char* bytes = secret.data();
  for (std::size_t at = 0; at < secret.size(); ++at) bytes[at] = 0;
  secret.clear();
}

}  // namespace

Driver::Driver(const Options& options, std::string protocols, std::uint64_t seed)
    : core_(options, Random{seed}),
      sockets_(*this),
      protocols_(std::move(protocols)),
      salt_(Random{~seed}.next()),
      status_(core_.status()),
      timer_([](void* driver) { static_cast<Driver*>(driver)->run_deadline(); }, this) {}

Driver::Token::~Token() {
  wipe(text);
  wipe(protocols);
}

// Remembered, so that no frame comes with an earlier reading.
const Instant& Driver::tick() { return now_ = read_clocks(); }

// ---- commands

void Driver::adopt_identity(Identity identity) {
  core_.adopt_identity(std::move(identity));
  status_ = core_.status();
}

void Driver::connect() {
  core_.connect(tick());
  drain();
}

void Driver::disconnect() {
  const Instant now = tick();
  measure(now);
  core_.disconnect(now);
  drain();
}

void Driver::reconnect() {
  const Instant now = tick();
  measure(now);
  core_.reconnect(now);
  drain();
}

void Driver::set_identity(Identity identity) {
  const Instant now = tick();
  measure(now);
  core_.set_identity(now, std::move(identity));
  drain();
}

void Driver::token_changed() {
  core_.token_changed(tick());
  drain();
}

void Driver::subscribe(std::string_view pattern) {
  core_.subscribe(tick(), pattern);
  drain();
}

void Driver::unsubscribe(std::string_view pattern) {
  core_.unsubscribe(tick(), pattern);
  drain();
}

SendResult Driver::send(const Message& message) {
  const SendResult result = core_.send(tick(), message);
  drain();
  return result;
}

// ---- what happened

void Driver::token_arrived(TokenRequestId request, std::string token, std::string protocols,
                           std::string_view address) {
  Token* awaited = find_token(request);
  auto joined = join_protocols(protocols);
  wipe(protocols);
  if (awaited == nullptr) {
    wipe(token);  // abandoned meanwhile
    if (joined) wipe(*joined);
    return;
  }
  if (!joined) {
    wipe(token);
    TokenResult result;
    result.kind = TokenResult::Kind::invalid;
    token_refused(request, result);
    return;
  }
  TokenResult result;
  result.kind = TokenResult::Kind::token;
  result.fingerprint = fingerprint(token);
  result.address = address;
  awaited->text = std::move(token);
  awaited->protocols = std::move(*joined);
  core_.handle_token(tick(), request, result);
  drain();
}

void Driver::token_refused(TokenRequestId request, const TokenResult& result) {
  forget_token(request);
  core_.handle_token(tick(), request, result);
  drain();
}

void Driver::page_signal(PageSignal signal) {
  const Instant now = tick();
  measure(now);
  core_.handle_page_signal(now, signal);
  drain();
}

void Driver::dial_blocked() {
  core_.handle_dial_blocked(tick(), socket_);
  drain();
}

// Frames of one millisecond share its reading of the monotonic clock: asking a browser for that
// costs more than routing a frame does.
FrameVerdict Driver::frame(WallClock::time_point wall, SocketId socket, const Frame& frame) {
  if (wall != now_.wall) now_ = {read_monotonic(), wall};
  const FrameVerdict verdict = core_.handle_frame(now_, socket, frame);
  drain();
  return verdict;
}

void Driver::frame_refused(SocketId socket, const Refusal& refusal) {
  core_.handle_frame_refused(tick(), socket, refusal);
  drain();
}

void Driver::socket_opened(SocketId socket, std::string_view protocol) {
  std::string_view token = protocol;
  if (token.starts_with("bearer.")) token.remove_prefix(7);
  const bool echoed = socket == socket_ && !token.empty() && offered_fingerprint_ != 0 &&
                      fingerprint(token) == offered_fingerprint_;
  core_.handle_socket_opened(tick(), socket, echoed ? std::string_view{} : protocol, echoed,
                             offered_own_);
  drain();
}

void Driver::socket_closed(SocketId socket, const CloseInfo& info) {
  core_.handle_socket_closed(tick(), socket, info);
  drain();
}

void Driver::report_metrics() const { keepline::report_metrics(core_, read_clocks()); }

// ---- what to do next

// Until the core has nothing more to say: what it is told of a socket in return waits until it is
// drained. The last call is the host's, which may destroy this object.
void Driver::drain() {
  bool told = false;
  do {
    for (Output& output : core_.poll_outputs()) {
      told = true;
      std::visit([this](auto& each) { carry_out(each); }, output);
    }
  } while (answer());
  arm();
  if (told) keepline_host_drained();
}

// What carrying out turned up, told to the drained core; false where that was nothing.
bool Driver::answer() {
  if (!thrown_.empty()) {
    const std::string name = std::exchange(thrown_, {});
    core_.handle_socket_closed(tick(), socket_, {thrown_code, name});
    return true;
  }
  if (!measured_) return false;
  const SocketId measured = std::exchange(measured_, {});
  const auto bytes = sockets_.buffered(measured);
  if (bytes) core_.handle_send_capacity(tick(), measured, *bytes);
  return bytes.has_value();
}

// One timer, set again only for an earlier deadline: one that fires early is harmless, and a link
// that gets a thousand frames a second must not set a thousand timers.
void Driver::arm() {
  const auto deadline = core_.next_deadline();
  if (!deadline) {
    timer_.stop();
    return;
  }
  if (timer_.running() && timer_at_ <= deadline->monotonic) return;
  timer_at_ = deadline->monotonic;
  timer_.start(timer_at_ - read_monotonic());
}

void Driver::run_deadline() {
  const Instant now = tick();
  measure(now);
  core_.handle_deadline(now);
  drain();
}

// Tells the core what the browser still holds, before something may end the link.
void Driver::measure(Instant now) {
  if (const auto bytes = sockets_.buffered(socket_)) {
    core_.handle_send_capacity(now, socket_, *bytes);
  }
}

void Driver::carry_out(const OpenSocket& output) {
  socket_ = output.socket;
  offered_fingerprint_ = 0;
  const Token* token = find_token(output.token);
  const std::string& protocols = token != nullptr ? token->protocols : protocols_;
  if (token != nullptr) offered_fingerprint_ = fingerprint(token->text);
  offered_own_ = protocols.find(own_protocol) != std::string::npos;
  thrown_ = sockets_.open(output.socket, output.url, protocols);
  forget_token(output.token);
}

void Driver::carry_out(const CloseSocket& output) {
  sockets_.close(output.socket, output.code, output.reason);
}

void Driver::carry_out(const SendFrame& output) { sockets_.send(output.socket, output.text); }

void Driver::carry_out(const SendAuth& output) {
  const Token* token = find_token(output.token);
  if (token == nullptr) return;
  const EnvelopeNames& names = core_.options().names;
  std::string text;
  text.reserve(token->text.size() + auth_frame_max_bytes);  // growing would leave tokens behind
  append_quoted(text += '{', names.type);
  append_quoted(text += ":\"auth\",", names.data);
  append_quoted(text += ":{\"token\":", token->text);
  text += "}}";
  sockets_.send(output.socket, text);
  wipe(text);
  forget_token(output.token);
}

void Driver::carry_out(const MeasureSendCapacity& output) { measured_ = output.socket; }

void Driver::carry_out(const RequestToken& output) {
  tokens_.emplace_back(output.request);
  keepline_host_request_token(output.request.value, output.force_refresh, output.attempt);
}

void Driver::carry_out(const AbandonToken& output) {
  forget_token(output.request);
  keepline_host_abandon_token(output.request.value);
}

void Driver::carry_out(StatusChanged& output) {
  status_ = std::move(output.status);
  keepline_host_status_changed();
}

void Driver::carry_out(const Settle& output) {
  keepline_host_settle(output.message.value, static_cast<std::uint32_t>(output.outcome),
                       to_ms(output.at), to_ms(output.sent_at), output.id.c_str(),
                       output.detail.c_str());
}

void Driver::carry_out(const IdentityChanged&) { keepline_host_identity_changed(); }

void Driver::carry_out(const Reconnected& output) {
  keepline_host_reconnected(output.down.count(), output.identity_changed,
                            static_cast<std::uint32_t>(output.missed));
}

void Driver::carry_out(const Gap& output) {
  keepline_host_gap(to_text(output.from).c_str(), to_text(output.to).c_str(),
                    static_cast<std::uint32_t>(output.reason), output.spread.count());
}

void Driver::carry_out(const Log& output) {
  keepline_host_log(static_cast<std::uint32_t>(output.level), output.text.c_str());
}

// ---- tokens

Driver::Token* Driver::find_token(TokenRequestId request) {
  const auto at = std::find_if(tokens_.begin(), tokens_.end(),
                               [request](const Token& token) { return token.request == request; });
  return at == tokens_.end() ? nullptr : &*at;
}

void Driver::forget_token(TokenRequestId request) {
  tokens_.remove_if([request](const Token& token) { return token.request == request; });
}

// Equal for equal tokens, and of no use to anybody else.
std::uint64_t Driver::fingerprint(std::string_view token) const { return hash_of(token, salt_); }

}  // namespace keepline

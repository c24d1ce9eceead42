// What JavaScript sees: one class, one value object, and two plain functions on the path of every
// frame. Declares and converts; decides nothing.
//
// Ids cross as numbers, enums as their names, absent numbers as NaN, absent texts as empty.
#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "../core/event_decode.hpp"
#include "driver.hpp"

// socket_library.js: the page's location in malloc'ed memory.
extern "C" char* keepline_page_location();

namespace keepline {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

struct StatusValue {
  std::string state;
  std::string phase;
  std::string reason;
  int attempt = 0;
  int max_attempts = 0;
  double next_retry_at = absent;
  double since = 0;
  std::string error;  // its kind
  int code = 0;
  std::string detail;
  std::string cause;
  bool can_retry = false;
  std::string endpoint;
  std::string environment;
};

std::string text(std::string_view view) { return std::string{view}; }

std::string page_location() {
  const std::unique_ptr<char, decltype(&std::free)> location{keepline_page_location(), &std::free};
  return location ? std::string{location.get()} : std::string{};
}

void append_list(std::string& json, std::string_view name, std::span<const std::string> items) {
  json.append(",").append(quote(name)).append(":[");
  for (const std::string& item : items) {
    if (json.back() != '[') json += ',';
    json.append(quote(item));
  }
  json += ']';
}

class NativeConnection {
 public:
  // Options as the page gave them, as JSON; subprotocols of a dial without a token, one a line;
  // a seed that no other client has.
  NativeConnection(const std::string& options_json, const std::string& protocols, double seed) {
    auto decoded = decode_options(options_json);
    if (const auto* error = std::get_if<OptionError>(&decoded)) {
      problem_ = error->option + " " + error->problem;
      return;
    }
    auto joined = join_protocols(protocols);
    if (!joined) {
      problem_ = "subprotocols must be different RFC 7230 tokens";
      return;
    }
    auto& options = std::get<Options>(decoded);
    if (options.page.empty()) options.page = page_location();
    driver_ = std::make_unique<Driver>(std::move(options), std::move(*joined),
                                       static_cast<std::uint64_t>(seed));
  }

  // Not empty: the options were refused, and nothing else may be called.
  std::string problem() const { return problem_; }
  // What keepline_frame() takes as its first argument.
  double target() const {
    return static_cast<double>(reinterpret_cast<std::uintptr_t>(driver_.get()));
  }
  double head() const {
    return static_cast<double>(reinterpret_cast<std::uintptr_t>(driver_->head()));
  }

  void adopt_identity(const std::string& identity) { driver_->adopt_identity(identity); }
  void adopt_nobody() { driver_->adopt_identity(std::nullopt); }
  void connect() { driver_->connect(); }
  void disconnect() { driver_->disconnect(); }
  void reconnect() { driver_->reconnect(); }
  void set_identity(const std::string& identity) { driver_->set_identity(identity); }
  void set_nobody() { driver_->set_identity(std::nullopt); }
  void token_changed() { driver_->token_changed(); }
  unsigned subscribe(const std::string& pattern) { return driver_->subscribe(pattern).value; }
  void unsubscribe(unsigned id) { driver_->unsubscribe(SubscriptionId{id}); }

  // The message's number, or why it was not taken.
  std::string send(const std::string& type, const std::string& data, const std::string& id,
                   double ttl_ms) {
    Message message{type, data, id, std::nullopt};
    if (ttl_ms >= 0) message.ttl = milliseconds(ttl_ms);
    const SendResult result = driver_->send(message);
    return result.message ? std::to_string(result.message.value) : text(to_string(result.outcome));
  }

  void token(unsigned request, std::string token, const std::string& protocols) {
    driver_->token_arrived(TokenRequestId{request}, std::move(token), protocols);
  }
  void token_absent(unsigned request) {
    driver_->token_refused(TokenRequestId{request}, {TokenResult::Kind::absent, 0, {}});
  }
  void token_failed(unsigned request, const std::string& why) {
    driver_->token_refused(TokenRequestId{request}, {TokenResult::Kind::failed, 0, why});
  }

  void page_signal(const std::string& name) {
    for (int each = 0; each <= static_cast<int>(PageSignal::page_shown); ++each) {
      const auto signal = static_cast<PageSignal>(each);
      if (name == to_string(signal)) driver_->page_signal(signal);
    }
  }
  void dial_blocked() { driver_->dial_blocked(); }

  StatusValue status() const {
    const Status& status = driver_->status();
    StatusValue value;
    value.state = to_string(status.state);
    value.phase = to_string(status.phase);
    value.reason = to_string(status.reason);
    value.attempt = status.attempt;
    value.max_attempts = status.max_attempts;
    if (status.next_retry_at) value.next_retry_at = to_ms(*status.next_retry_at);
    value.since = to_ms(status.since);
    if (status.error) {
      value.error = to_string(status.error->kind);
      value.code = status.error->code;
      value.detail = status.error->detail;
      if (status.error->cause) value.cause = to_string(*status.error->cause);
    }
    value.can_retry = status.can_retry;
    value.endpoint = status.endpoint;
    if (!status.endpoint.empty()) value.environment = to_string(status.environment);
    return value;
  }

  unsigned metric_count() const { return static_cast<unsigned>(metric_table().size()); }
  std::string metric_name(unsigned row) const { return text(metric_table()[row].name); }
  double metric(unsigned row) const { return metric_table()[row].get(driver_->metrics()); }
  std::string grade() const { return text(to_string(driver_->metrics().quality.grade)); }
  double retries(unsigned kind) const { return driver_->metrics().retries[kind]; }
  unsigned type_count() const { return static_cast<unsigned>(driver_->core().type_count()); }
  std::string type_name(unsigned type) const {
    return text(driver_->core().type_name(TypeId{type}));
  }
  double received(unsigned type) const {
    return static_cast<double>(driver_->core().received(TypeId{type}));
  }
  std::string current_type() const { return text(driver_->core().current_type()); }

  // What only the core can tell, as JSON.
  std::string diagnostics() const {
    const Connection& core = driver_->core();
    std::string json = "{\"transitions\":[";
    for (const TransitionRecord& record : core.transition_records()) {
      if (json.back() != '[') json += ',';
      json.append("{\"at\":").append(std::to_string(static_cast<long long>(to_ms(record.at))));
      json.append(",\"from\":").append(quote(to_string(record.from)));
      json.append(",\"to\":").append(quote(to_string(record.to)));
      json.append(",\"trigger\":").append(quote(to_string(record.trigger)));
      json.append(",\"attempt\":").append(std::to_string(record.attempt));
      json.append(",\"cause\":").append(quote(record.cause)).append("}");
    }
    json += ']';
    append_list(json, "malformed", core.malformed_samples());
    append_list(json, "invalid", core.invalid_samples());
    return json + '}';
  }

 private:
  std::string problem_;
  std::unique_ptr<Driver> driver_;
};

}  // namespace
}  // namespace keepline

// Plain exports, because a call through embind costs more than routing a frame does.

// 0: drop it; 1: call again with the whole frame; from 2 on: deliver it, the type is that less 2,
// or the current_type() where that is 0.
extern "C" EMSCRIPTEN_KEEPALIVE int keepline_frame(keepline::Driver* driver, unsigned socket,
                                                   const char* head, unsigned head_size,
                                                   unsigned total_size, int complete, int binary,
                                                   double performance_now, double date_now) {
  using namespace keepline;
  const Instant now{HostClock::time_point{milliseconds(performance_now)},
                    WallClock::time_point{milliseconds(date_now)}};
  const Frame frame{{head, head_size},
                    total_size,
                    complete != 0,
                    binary != 0 ? FrameKind::binary : FrameKind::text};
  const FrameVerdict verdict = driver->frame(now, SocketId{socket}, frame);
  switch (verdict.action) {
    case FrameVerdict::Action::drop:
      return 0;
    case FrameVerdict::Action::need_whole:
      return 1;
    case FrameVerdict::Action::deliver:
      return 2 + static_cast<int>(verdict.type.value);
  }
  return 0;
}

// Why a frame was not delivered after all: 0 not JSON, 1 another type, 2 not UTF-8, 3 too large.
extern "C" EMSCRIPTEN_KEEPALIVE void keepline_frame_refused(keepline::Driver* driver,
                                                            unsigned socket, unsigned why,
                                                            const char* head, unsigned head_size,
                                                            unsigned total_size) {
  using namespace keepline;
  constexpr Malformed reasons[] = {Malformed::not_json, Malformed::type_differs,
                                   Malformed::not_utf8, Malformed::too_large};
  driver->frame_refused(SocketId{socket}, {reasons[why % 4], {head, head_size}, total_size});
}

EMSCRIPTEN_BINDINGS(keepline) {
  using namespace emscripten;
  using keepline::NativeConnection;
  using keepline::StatusValue;

  value_object<StatusValue>("StatusValue")
      .field("state", &StatusValue::state)
      .field("phase", &StatusValue::phase)
      .field("reason", &StatusValue::reason)
      .field("attempt", &StatusValue::attempt)
      .field("maxAttempts", &StatusValue::max_attempts)
      .field("nextRetryAt", &StatusValue::next_retry_at)
      .field("since", &StatusValue::since)
      .field("error", &StatusValue::error)
      .field("code", &StatusValue::code)
      .field("detail", &StatusValue::detail)
      .field("cause", &StatusValue::cause)
      .field("canRetry", &StatusValue::can_retry)
      .field("endpoint", &StatusValue::endpoint)
      .field("environment", &StatusValue::environment);

  class_<NativeConnection>("NativeConnection")
      .constructor<const std::string&, const std::string&, double>()
      .function("problem", &NativeConnection::problem)
      .function("target", &NativeConnection::target)
      .function("head", &NativeConnection::head)
      .function("adoptIdentity", &NativeConnection::adopt_identity)
      .function("adoptNobody", &NativeConnection::adopt_nobody)
      .function("connect", &NativeConnection::connect)
      .function("disconnect", &NativeConnection::disconnect)
      .function("reconnect", &NativeConnection::reconnect)
      .function("setIdentity", &NativeConnection::set_identity)
      .function("setNobody", &NativeConnection::set_nobody)
      .function("tokenChanged", &NativeConnection::token_changed)
      .function("subscribe", &NativeConnection::subscribe)
      .function("unsubscribe", &NativeConnection::unsubscribe)
      .function("send", &NativeConnection::send)
      .function("token", &NativeConnection::token)
      .function("tokenAbsent", &NativeConnection::token_absent)
      .function("tokenFailed", &NativeConnection::token_failed)
      .function("pageSignal", &NativeConnection::page_signal)
      .function("dialBlocked", &NativeConnection::dial_blocked)
      .function("status", &NativeConnection::status)
      .function("metricCount", &NativeConnection::metric_count)
      .function("metricName", &NativeConnection::metric_name)
      .function("metric", &NativeConnection::metric)
      .function("grade", &NativeConnection::grade)
      .function("retries", &NativeConnection::retries)
      .function("typeCount", &NativeConnection::type_count)
      .function("typeName", &NativeConnection::type_name)
      .function("received", &NativeConnection::received)
      .function("currentType", &NativeConnection::current_type)
      .function("diagnostics", &NativeConnection::diagnostics);
}

// What JavaScript sees: one class, and two plain functions on the path of every frame. Declares and
// converts; decides nothing. Ids, enums and the rows of the option table cross as numbers, records
// as JSON texts.
#include <emscripten/bind.h>
#include <emscripten/emscripten.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "../core/frame_judge.hpp"
#include "../core/option_table.hpp"
#include "driver.hpp"
#include "report.hpp"

extern "C" {
// exports_library.js: gives the package the plain functions at the end of this file, what they take
// first, and where the head of a frame is written.
void keepline_expose(keepline::Driver* driver, char* head);
}

namespace keepline {
namespace {

class NativeConnection {
 public:
  // Before open(): an option by the row of the table, as a number or as a text. False where it is
  // refused.
  bool option(unsigned row, double value) {
    return set_option(options_, row, value) && (options_.validate == Validate::off || can_judge());
  }
  bool option_text(unsigned row, const std::string& value) {
    return set_option(options_, row, value);
  }

  // Before all else; false where two options do not go together. `protocols`: the subprotocols of a
  // dial without a token, one a line; a seed that no other client has.
  bool open(const std::string& protocols, double seed) {
    auto joined = join_protocols(protocols);
    if (!joined || find_conflict(options_)) return false;
    if (options_.page.empty()) options_.page = page_location();
    driver_ =
        std::make_unique<Driver>(options_, std::move(*joined), static_cast<std::uint64_t>(seed));
    keepline_expose(driver_.get(), driver_->head());
    return true;
  }

  void adopt_identity(const std::string& key, bool somebody) {
    driver_->adopt_identity(identity(key, somebody));
  }
  void connect() { driver_->connect(); }
  void disconnect() { driver_->disconnect(); }
  void reconnect() { driver_->reconnect(); }
  void set_identity(const std::string& key, bool somebody) {
    driver_->set_identity(identity(key, somebody));
  }
  void token_changed() { driver_->token_changed(); }
  void subscribe(const std::string& pattern) { driver_->subscribe(pattern); }
  void unsubscribe(const std::string& pattern) { driver_->unsubscribe(pattern); }

  // The message's number, or why it was not taken: a SendOutcome below zero.
  double send(const std::string& type, const std::string& data, const std::string& id,
              double ttl_ms, bool ack) {
    Message message{type, data, id, std::nullopt, ack};
    if (ttl_ms >= 0) message.ttl = milliseconds(ttl_ms);
    const SendResult result = driver_->send(message);
    return result.message ? result.message.value : -static_cast<double>(result.outcome);
  }

  void token(unsigned request, std::string token, std::string protocols,
             const std::string& address) {
    driver_->token_arrived(TokenRequestId{request}, std::move(token), std::move(protocols),
                           address);
  }
  void token_absent(unsigned request) {
    driver_->token_refused(TokenRequestId{request}, {TokenResult::Kind::absent, 0, {}});
  }
  void token_failed(unsigned request, const std::string& why, bool of_address) {
    const auto kind = of_address ? TokenResult::Kind::no_address : TokenResult::Kind::failed;
    driver_->token_refused(TokenRequestId{request}, {kind, 0, why});
  }

  // Before connect(). 0 where it is no position.
  unsigned resume_from(const std::string& position) { return driver_->resume_from(position); }
  // In ms; below zero where no further try is made.
  double draw_wait(unsigned failures) {
    const auto wait = driver_->draw_wait(static_cast<int>(failures));
    return wait ? wait->count() : -1;
  }

  void page_signal(unsigned signal) { driver_->page_signal(static_cast<PageSignal>(signal)); }
  void dial_blocked() { driver_->dial_blocked(); }

  // Said value by value, see report.hpp.
  void status() const { report_status(driver_->status()); }
  void position() const { report_position(driver_->core()); }
  void ack_window() const { report_ack_window(driver_->core()); }
  void metrics() const { driver_->report_metrics(); }
  void diagnostics() const { report_diagnostics(driver_->core()); }

  // Said too. 0 is the type of the frame that was routed last, see keepline_frame().
  void type_name(unsigned type) const { report_type_name(driver_->core(), TypeId{type}); }

 private:
  static Identity identity(const std::string& key, bool somebody) {
    return somebody ? Identity{key} : std::nullopt;
  }

  Options options_;
  std::unique_ptr<Driver> driver_;
};

// A method as a plain function, which embind calls with less code: no method here is virtual.
template <auto Method>
struct Plain;

template <class Result, class... Arguments, Result (NativeConnection::*Method)(Arguments...)>
struct Plain<Method> {
  static Result call(NativeConnection& self, Arguments... arguments) {
    return (self.*Method)(std::forward<Arguments>(arguments)...);
  }
};

template <class Result, class... Arguments, Result (NativeConnection::*Method)(Arguments...) const>
struct Plain<Method> {
  static Result call(const NativeConnection& self, Arguments... arguments) {
    return (self.*Method)(std::forward<Arguments>(arguments)...);
  }
};

template <auto Method>
constexpr auto plain = &Plain<Method>::call;

}  // namespace
}  // namespace keepline

// Plain exports, because a call through embind costs more than routing a frame does.

// 0: drop it; 1: call again with the whole frame; from 2 on: deliver it, the type is that less 2,
// see type_name().
extern "C" EMSCRIPTEN_KEEPALIVE int keepline_frame(keepline::Driver* driver, unsigned socket,
                                                   const char* head, unsigned head_size,
                                                   unsigned total_size, double date_now) {
  using namespace keepline;
  const Frame frame{{head, head_size}, total_size, head_size == total_size};
  const FrameVerdict verdict =
      driver->frame(WallClock::time_point{milliseconds(date_now)}, SocketId{socket}, frame);
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

// Why a frame was not delivered after all, as a Malformed.
extern "C" EMSCRIPTEN_KEEPALIVE void keepline_frame_refused(keepline::Driver* driver,
                                                            unsigned socket, unsigned why,
                                                            const char* head, unsigned head_size,
                                                            unsigned total_size) {
  using namespace keepline;
  driver->frame_refused(SocketId{socket},
                        {static_cast<Malformed>(why), {head, head_size}, total_size});
}

EMSCRIPTEN_BINDINGS(keepline) {
  using namespace emscripten;
  using keepline::NativeConnection;
  using keepline::plain;

  class_<NativeConnection>("NativeConnection")
      .constructor<>()
      .function("option", plain<&NativeConnection::option>)
      .function("optionText", plain<&NativeConnection::option_text>)
      .function("open", plain<&NativeConnection::open>)
      .function("adoptIdentity", plain<&NativeConnection::adopt_identity>)
      .function("connect", plain<&NativeConnection::connect>)
      .function("disconnect", plain<&NativeConnection::disconnect>)
      .function("reconnect", plain<&NativeConnection::reconnect>)
      .function("setIdentity", plain<&NativeConnection::set_identity>)
      .function("tokenChanged", plain<&NativeConnection::token_changed>)
      .function("subscribe", plain<&NativeConnection::subscribe>)
      .function("unsubscribe", plain<&NativeConnection::unsubscribe>)
      .function("send", plain<&NativeConnection::send>)
      .function("resumeFrom", plain<&NativeConnection::resume_from>)
      .function("drawWait", plain<&NativeConnection::draw_wait>)
      .function("token", plain<&NativeConnection::token>)
      .function("tokenAbsent", plain<&NativeConnection::token_absent>)
      .function("tokenFailed", plain<&NativeConnection::token_failed>)
      .function("pageSignal", plain<&NativeConnection::page_signal>)
      .function("dialBlocked", plain<&NativeConnection::dial_blocked>)
      .function("status", plain<&NativeConnection::status>)
      .function("position", plain<&NativeConnection::position>)
      .function("ackWindow", plain<&NativeConnection::ack_window>)
      .function("metrics", plain<&NativeConnection::metrics>)
      .function("typeName", plain<&NativeConnection::type_name>)
      .function("diagnostics", plain<&NativeConnection::diagnostics>);
}

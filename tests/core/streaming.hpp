// A machine on a live link whose server keeps a log, and the frames of that log: for what is
// measured and counted event by event.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "connection.hpp"
#include "moments.hpp"

namespace keepline::test {

// As servers write it; the page looks no further than the head.
inline std::string stream_event(std::uint64_t seq) {
  const std::string number = std::to_string(seq);
  return R"({"type":"new_call","seq":)" + number + R"(,"id":"k3J9xQab-)" + number +
         R"(","ts":1795399000812,"data":{"callId":"1","direction":"inbound"}})";
}

class Streaming {
 public:
  // `log`: whether the server keeps one.
  explicit Streaming(bool log, bool wanted = true) : machine_(options(), Random{1}) {
    if (wanted) machine_.subscribe(now_, "new_call");
    machine_.connect(now_);
    for (const Output& output : machine_.poll_outputs()) {
      if (const auto* open = std::get_if<OpenSocket>(&output)) socket_ = open->socket;
    }
    machine_.handle_socket_opened(now_, socket_, "keepline.v1");
    const std::string_view extra = log ? R"(,"features":["resume"],"position":"k3J9xQab.0")" : "";
    say(R"({"type":"connected","data":{"connectionId":"c")" + std::string(extra) + "}}");
    say(R"({"type":"resumed","data":{"from":null,"to":"k3J9xQab.0"}})");
  }

  FrameVerdict say(std::string_view frame) {
    const FrameVerdict verdict = machine_.handle_frame(now_, socket_, {frame, frame.size(), true});
    machine_.poll_outputs();
    return verdict;
  }
  Metrics metrics() const { return machine_.metrics(now_); }

 private:
  static Options options() {
    Options options;
    options.url = "wss://rt.example.com/ws";
    options.log_level = LogLevel::silent;
    return options;
  }

  Instant now_ = at(1000, 1795399000812);
  Connection machine_;
  SocketId socket_;
};

}  // namespace keepline::test

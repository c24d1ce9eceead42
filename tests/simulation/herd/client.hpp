// What a client of the herd is: something that is told what happens, dials over a wire, and says
// when it wants to be woken. The real machine is one, and so is a schedule of waits.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "event_queue.hpp"
#include "input.hpp"

namespace keepline::sim::herd {

// The log behind all nodes.
struct Log {
  std::uint32_t epoch = 1;
  std::uint64_t head = 100;
};

// What a client can do. Its calls are carried out after the input that they answer.
class Wire {
 public:
  virtual void dial(std::uint32_t client, std::uint32_t dial) = 0;
  // Of an open link or a dial that is given up.
  virtual void hang_up(std::uint32_t client, std::uint32_t dial) = 0;
  virtual void say(std::uint32_t client, Word word) = 0;
  // No wait follows: it will not dial again.
  virtual void give_up(std::uint32_t client) = 0;

 protected:
  ~Wire() = default;
};

class Client {
 public:
  virtual ~Client() = default;
  virtual void begin(Moment now) = 0;
  // The link is open and the server has said `connected` at that place of its log.
  virtual void opened(Moment now, std::uint32_t dial, const Log& log) = 0;
  virtual void told(Moment now, std::uint32_t dial, const Word& word, double spread_ms) = 0;
  // What stands in the log up to here has been sent: said before a link ends.
  virtual void reached(Moment now, std::uint32_t dial, const Log& log) = 0;
  virtual void closed(Moment now, std::uint32_t dial, std::uint16_t code,
                      std::string_view reason) = 0;
  virtual void leaving(Moment now, std::uint32_t dial, double after_ms, double spread_ms) = 0;
  virtual void signal(Moment now, PageSignal signal) = 0;
  virtual void wake(Moment now) = 0;
  virtual std::optional<Moment> next_wake() const = 0;

  // Events can be sent and are.
  virtual bool is_usable() const = 0;
  // And nothing is missing any more: replayed, or fetched again.
  virtual bool is_live() const = 0;
};

}  // namespace keepline::sim::herd

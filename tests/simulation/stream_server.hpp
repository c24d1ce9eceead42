// A server with a log of events, as scripts may have it: honest, or by orders dropping, doubling,
// silent or lying. Makes texts; the world carries them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keepline::sim {

// What it does to the next thing it sends, or once.
enum class StreamFault : std::uint8_t {
  drop,       // the next event is lost on the way
  repeat,     // the next event comes twice
  new_epoch,  // the log begins anew
  trim,       // the log forgets all that was
  mute,       // the next verdict never comes
  lie,        // the next verdict is about another position
  early,      // an event comes before the next verdict
  interrupt,  // a gap whose end is not known
  mend,       // and its end
  announce,   // says how far it is
};
inline constexpr std::size_t stream_fault_count = 10;
std::string_view to_string(StreamFault fault);

struct StreamServer {
  bool on = false;
  bool answers_asks = true;
  std::uint32_t epoch = 1;
  std::uint64_t head = 100;
  std::uint64_t floor = 100;  // nothing up to here can be repeated
  // Of the present link.
  std::uint64_t start = 0;  // as `connected` said
  std::uint64_t sent = 0;
  bool has_verdict = false;
  bool interrupted = false;
  // Orders.
  bool drops = false;
  bool repeats = false;
  bool mute = false;
  bool lies = false;
  bool hastes = false;

  std::string position(std::uint64_t seq) const;
  // Features and position of a new link's `connected`.
  std::string greet();
  // The next event enters the log.
  void publish() { ++head; }
  // What the present link is sent of the newest event; nothing where it is lost on the way.
  std::vector<std::string> push();
  std::string event(std::uint64_t seq) const;
  // What it says to a frame of the client's.
  std::vector<std::string> answer(std::string_view frame);
  // Carries out an order; what the present link is sent for that.
  std::vector<std::string> obey(StreamFault fault);

  friend bool operator==(const StreamServer&, const StreamServer&) = default;

 private:
  std::vector<std::string> resume(std::string_view frame);
};

// Of an event of such a server; 0 where the text is none.
std::uint64_t seq_of(std::string_view frame);

}  // namespace keepline::sim

// What is to happen, earliest first; what is due at one moment happens in the order in which it was
// planned. Nobody looks at anybody who has nothing due.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace keepline::sim::herd {

// Milliseconds since the trouble began; the clients come before that.
using Moment = double;

// What one end says to the other, without its text: millions of these wait at once.
struct Word {
  enum class Kind : std::uint8_t {
    hello,     // what a dial asks once it is taken
    ping,      // `a`: its id
    pong,      // `a`: of the ping
    resume,    // from epoch `a`, seq `b`; epoch 0: from where the link began
    resumed,   // from seq `a` to seq `b` of epoch `c`, and what is between
    gap,       // from epoch `a`, seq `b`, to the beginning of epoch `c`
    fetch,     // a snapshot is asked for
    snapshot,  // and here
  };
  Kind kind = Kind::hello;
  std::uint32_t c = 0;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
};

struct Event {
  enum class Kind : std::uint8_t {
    step,       // of the story: `client` is its number
    begins,     // a client
    wake,       // a client asked for it
    arrives,    // a dial at the balancer: `word.a` is how often its first packet was sent
    taken,      // a node has taken the dial in front: `client` is the node
    worked,     // a node has done the job in front: `client` is the node
    asks,       // a client's word at its node
    broken,     // a client's dial or link, without a word
    opened,     // a client's dial, with the server's greeting
    told,       // a word of the server
    sent_away,  // with the hint of the settings
    signal,     // of the page: `word.a`
  };
  Moment at = 0;
  std::uint64_t order = 0;
  Kind kind = Kind::step;
  std::uint32_t life = 0;  // of the node: what an earlier one was doing is gone with it
  std::uint32_t client = 0;
  std::uint32_t dial = 0;
  Word word = {};
};

class EventQueue {
 public:
  bool is_empty() const { return heap_.empty(); }
  Moment next() const { return heap_.front().at; }

  void add(Event event) {
    event.order = ++last_order_;
    heap_.push_back(event);
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  Event take() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Event event = heap_.back();
    heap_.pop_back();
    return event;
  }

 private:
  static bool later(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }

  std::vector<Event> heap_;
  std::uint64_t last_order_ = 0;
};

}  // namespace keepline::sim::herd

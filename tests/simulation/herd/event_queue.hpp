// What is to happen, earliest first; what is due at one moment happens in the order in which it was
// planned. Nobody looks at anybody who has nothing due.
#pragma once

#include <algorithm>
#include <cstddef>
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

// What is far ahead lies in a heap of its own for each stretch of time, and is put in order when
// that has come: one heap of everything would be a walk through memory at each step.
class EventQueue {
 public:
  bool is_empty() const { return waiting_ == 0; }

  void add(Event event) {
    event.order = ++last_order_;
    const std::size_t stretch = std::max(stretch_of(event.at), present_);
    if (stretch >= stretches_.size()) stretches_.resize(stretch + 1);
    stretches_[stretch].push_back(event);
    if (stretch == present_) push_in_order();
    ++waiting_;
  }

  // Where there is one.
  Event take() {
    while (stretches_[present_].empty()) {
      stretches_[present_].shrink_to_fit();
      ++present_;
      std::make_heap(stretches_[present_].begin(), stretches_[present_].end(), Later{});
    }
    std::vector<Event>& heap = stretches_[present_];
    std::pop_heap(heap.begin(), heap.end(), Later{});
    const Event event = heap.back();
    heap.pop_back();
    --waiting_;
    return event;
  }

 private:
  struct Later {
    bool operator()(const Event& a, const Event& b) const {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };

  static constexpr Moment begin = -60000;  // before anything happens
  static constexpr Moment stretch_ms = 10;

  static std::size_t stretch_of(Moment at) {
    return at > begin ? static_cast<std::size_t>((at - begin) / stretch_ms) : 0;
  }
  void push_in_order() {
    std::push_heap(stretches_[present_].begin(), stretches_[present_].end(), Later{});
  }

  std::vector<std::vector<Event>> stretches_;
  std::size_t present_ = 0;  // the first that may hold any; in order, as no later one is
  std::size_t waiting_ = 0;
  std::uint64_t last_order_ = 0;
};

}  // namespace keepline::sim::herd

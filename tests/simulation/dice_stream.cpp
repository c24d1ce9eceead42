#include "dice.hpp"

namespace keepline::sim {

// A server with a log, over some links, with all that may go wrong with it.
void Dice::tell_of_the_stream(std::vector<Act>& acts) {
  constexpr double lost = 4;
  const auto add = [&](std::string_view verb, double first = 0, double second = 0,
                       double third = 0) { acts.push_back(act(verb, first, second, third)); };
  add("upgrade", 0);
  add("stays");
  add("timers", 1);
  add("provider", 0);
  add("provider_delay", 30);
  add("says_connected", 1);
  add("selects_protocol", 1);
  add("uplink", 0);
  add("stream", 1);
  add("answers_asks", one_in(3) ? 0 : 1);
  add("subscribe", 0);
  add("reconnect");
  add("run", between(1000, 3000));
  for (std::size_t left = 4 + below(30); left > 0; --left) {
    switch (below(8)) {
      case 0:
      case 1:
        add("publish", 1 + index(6));
        break;
      case 2:
        add("order_stream", index(stream_fault_count));
        break;
      case 3:
        add("ask", index(300), one_in(3) ? between(0, 4000) : -1, one_in(4) ? index(60) : 0);
        break;
      case 4:
        if (one_in(3)) add("user", 1 + index(2));
        add("close", lost, 0);
        break;
      case 5:
        if (one_in(8)) add("identity", 1 + index(2));
        add("order_stream", 9);
        break;
      default:
        add("run", one_in(3) ? between(0, 8000) : between(0, 400));
        break;
    }
  }
  add("stream", 0);
}

}  // namespace keepline::sim

// What waits inside the socket: how much may go into it, when it is looked at, what has left.
#include <doctest/doctest.h>

#include "moments.hpp"
#include "send_window.hpp"

using namespace keepline;

namespace {

constexpr std::size_t for_messages = socket_buffer_max - ping_reserve;

SendWindow holding(std::size_t bytes) {
  SendWindow window;
  window.measured(bytes);
  return window;
}

}  // namespace

TEST_SUITE("send window") {
  TEST_CASE("an empty socket takes any message, alone, however large") {
    CHECK(SendWindow{}.fits(0));
    CHECK(SendWindow{}.fits(socket_buffer_max * 100));
  }

  TEST_CASE("beside others a message fits to the last byte that is not kept for pings") {
    CHECK(holding(1).fits(for_messages - 1));
    CHECK_FALSE(holding(1).fits(for_messages));
    CHECK(holding(for_messages).fits(0));
    CHECK_FALSE(holding(for_messages).fits(1));
    CHECK_FALSE(holding(socket_buffer_max * 2).fits(1));
  }

  TEST_CASE("what goes out counts as buffered until the socket was looked at") {
    SendWindow window;
    window.sent(at(0), 100);
    window.sent(at(0), 50);
    CHECK(window.buffered() == 150);
    window.measured(20);
    CHECK(window.buffered() == 20);
  }

  TEST_CASE(
      "looking tells how much has left, and nothing where the socket holds more than was known") {
    SendWindow window = holding(100);
    CHECK(window.measured(40) == 60);
    CHECK(window.measured(40) == 0);
    CHECK(window.measured(90) == 0);
    CHECK(window.measured(0) == 90);
  }

  TEST_CASE("what went out between two looks has left as well") {
    SendWindow window = holding(100);
    window.sent(at(0), 1000);
    CHECK(window.measured(1000) == 100);
    CHECK(window.measured(300) == 700);
  }

  TEST_CASE("a socket into which something went is looked at soon and not a moment before") {
    SendWindow window;
    CHECK(window.deadline() == never);
    window.sent(at(1000), 10);
    CHECK(window.deadline() == host_at(1000) + capacity_pause);
    CHECK_FALSE(window.take_due(at(1049.9)));
    CHECK(window.take_due(at(1050)));
    CHECK(window.deadline() == never);
    CHECK_FALSE(window.take_due(at(1050)));
  }

  TEST_CASE("of several wishes to look the earliest counts") {
    SendWindow window;
    window.look_within(at(0), idle_capacity_pause);
    window.look_within(at(100), capacity_pause);
    window.look_within(at(120), idle_capacity_pause);
    CHECK(window.deadline() == host_at(150));
  }

  TEST_CASE("frames that never cease do not put the look at the socket off") {
    SendWindow window;
    for (int ms = 0; ms < 50; ++ms) window.sent(at(ms), 1);
    CHECK(window.take_due(at(50)));
  }

  TEST_CASE("a message is recent for a second, to its end, and a control frame is none") {
    SendWindow window;
    window.sent(at(0), 10);
    CHECK_FALSE(window.sent_message_lately(at(0)));
    window.sent_message(at(0));
    CHECK(window.sent_message_lately(at(0)));
    CHECK(window.sent_message_lately(at(1000)));
    CHECK_FALSE(window.sent_message_lately(at(1000.1)));
  }

  TEST_CASE(
      "windows are equal where all that is known of the socket is, and a copy goes its own way") {
    const SendWindow window = holding(7);
    SendWindow copy = window;
    CHECK(copy == window);
    copy.sent(at(0), 1);
    CHECK(copy != window);
    copy.measured(7);
    CHECK(copy != window);
    copy.take_due(at(50));
    CHECK(copy == window);
    copy.sent_message(at(0));
    CHECK(copy != window);
    CHECK(window == holding(7));
  }
}

// How soon a page that is back may dial: bursts are one, what is too soon is put off, nothing is
// lost.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "moments.hpp"
#include "page_life.hpp"

using namespace keepline;

namespace {

PageLife dialled_at(double ms, bool by_signal) {
  PageLife page;
  page.dialled(host_at(ms), by_signal);
  return page;
}

}  // namespace

TEST_SUITE("page life") {
  TEST_CASE(
      "a page's first signal is one, and another a second later is too, not a moment before") {
    PageLife page;
    CHECK(page.is_new_signal(host_at(0)));
    CHECK_FALSE(page.is_new_signal(host_at(3)));
    CHECK_FALSE(page.is_new_signal(host_at(999.9)));
    CHECK(page.is_new_signal(host_at(1000)));
  }

  TEST_CASE("signals that never cease do not keep each other from counting") {
    PageLife page;
    int counted = 0;
    for (int ms = 0; ms < 10000; ms += 100) counted += int{page.is_new_signal(host_at(ms))};
    CHECK(counted == 10);
  }

  TEST_CASE("where nothing was dialled nothing is put off") {
    const PageLife page;
    CHECK(page.command_dial_at(host_at(0)) == host_at(0));
    CHECK(page.signal_dial_at(host_at(0)) == host_at(0));
  }

  TEST_CASE("a command dials a second after the last dial, whoever caused that") {
    for (const bool by_signal : {false, true}) {
      const PageLife page = dialled_at(100, by_signal);
      CHECK(page.command_dial_at(host_at(100)) == host_at(1100));
      CHECK(page.command_dial_at(host_at(1099)) == host_at(1100));
      CHECK(page.command_dial_at(host_at(1101)) == host_at(1101));
    }
  }

  TEST_CASE("a signal dials a second after any dial, and five after one that a signal caused") {
    CHECK(dialled_at(0, false).signal_dial_at(host_at(10)) == host_at(1000));
    CHECK(dialled_at(0, false).signal_dial_at(host_at(1200)) == host_at(1200));
    CHECK(dialled_at(0, true).signal_dial_at(host_at(10)) == host_at(5000));
    CHECK(dialled_at(0, true).signal_dial_at(host_at(5200)) == host_at(5200));
  }

  TEST_CASE("a dial that nothing but a wait caused leaves the last signal's dial where it was") {
    PageLife page = dialled_at(0, true);
    page.dialled(host_at(3000), false);
    CHECK(page.signal_dial_at(host_at(3000)) == host_at(5000));
    page.dialled(host_at(4500), false);
    CHECK(page.signal_dial_at(host_at(4500)) == host_at(5500));
  }

  TEST_CASE("online three seconds after the dial that visible caused is put off, not thrown away") {
    const PageLife page = dialled_at(0, true);
    const auto dial = page.signal_dial_at(host_at(3000));
    CHECK(dial == host_at(5000));
    CHECK(dial < host_at(28000));
  }

  TEST_CASE("a page that is frozen and resumed ten times a second dials once in five seconds") {
    PageLife page;
    std::vector<double> dials;
    HostClock::time_point due = never;
    for (int ms = 0; ms <= 60000; ms += 50) {
      if (ms % 100 == 0) due = std::min(due, page.signal_dial_at(host_at(ms)));
      if (host_at(ms) < due) continue;
      page.dialled(host_at(ms), true);
      dials.push_back(ms);
      due = never;
    }
    CHECK(dials.size() == 13);
    for (std::size_t each = 1; each < dials.size(); ++each) {
      CHECK(dials[each] - dials[each - 1] == 5000);
    }
  }

  TEST_CASE(
      "asking for a token that nobody has was no dial of a signal, and still one to pause after") {
    PageLife page = dialled_at(0, true);
    page.dialled_for_nobody();
    CHECK(page.signal_dial_at(host_at(100)) == host_at(1000));
    CHECK(page.signal_dial_at(host_at(2000)) == host_at(2000));
  }

  TEST_CASE("how long ago the last dial began is known") {
    CHECK(dialled_at(1000, false).since_dial(host_at(1400)) == milliseconds(400));
    CHECK(dialled_at(1000, true).since_dial(host_at(1000)) == milliseconds(0));
  }

  TEST_CASE("a wake is looked at once, as soon as time is handled") {
    PageLife page;
    CHECK(page.deadline() == never);
    CHECK_FALSE(page.take_wake(at(1e12)));
    page.woke(host_at(500));
    CHECK(page.deadline() == host_at(500));
    CHECK(page.take_wake(at(500)));
    CHECK(page.deadline() == never);
    CHECK_FALSE(page.take_wake(at(501)));
  }

  TEST_CASE("a dial that began after the wake did not sleep") {
    PageLife page;
    page.woke(host_at(500));
    page.dialled(host_at(500), false);
    CHECK(page.deadline() == never);
    CHECK_FALSE(page.take_wake(at(600)));
  }

  TEST_CASE("a page that nobody sees leaves once its time is over, and not before") {
    PageLife page;
    page.hidden(host_at(100), milliseconds(1000));
    page.hidden(host_at(900), milliseconds(1000));
    CHECK(page.deadline() == host_at(1100));
    CHECK_FALSE(page.take_leave(at(1099)));
    CHECK(page.take_leave(at(1100)));
    CHECK_FALSE(page.take_leave(at(1e12)));
    CHECK(page.deadline() == never);
  }

  TEST_CASE("a page that is seen again does not leave, nor does one that may stay") {
    PageLife page;
    page.hidden(host_at(0), milliseconds(1000));
    page.shown();
    page.dialled(host_at(500), false);
    CHECK_FALSE(page.take_leave(at(1e12)));
    page.hidden(host_at(0), milliseconds(0));
    page.dialled(host_at(500), false);
    CHECK(page.deadline() == never);
  }

  TEST_CASE("a dial of a hidden page counts anew where its time was over, and only there") {
    PageLife page;
    page.hidden(host_at(0), milliseconds(1000));
    page.dialled(host_at(999), false);
    CHECK(page.deadline() == host_at(1000));
    page.dialled(host_at(1000), false);
    CHECK(page.deadline() == host_at(2000));
    CHECK(page.take_leave(at(2000)));
    page.dialled(host_at(5000), false);
    CHECK(page.deadline() == host_at(6000));
  }

  TEST_CASE("page lives are equal where all that is remembered is, and a copy goes its own way") {
    PageLife page = dialled_at(0, true);
    PageLife copy = page;
    CHECK(copy == page);
    copy.is_new_signal(host_at(1));
    CHECK(copy != page);
    page.is_new_signal(host_at(1));
    CHECK(copy == page);
    copy.woke(host_at(2));
    CHECK(copy != page);
  }
}

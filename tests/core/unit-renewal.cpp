// The token of a running link: which one was accepted, when the next is due, who is being asked.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "moments.hpp"
#include "random.hpp"
#include "renewal.hpp"

using namespace keepline;

namespace {

constexpr Fingerprint dialled = 1;
constexpr Fingerprint fresh = 2;
constexpr Fingerprint fresher = 3;
constexpr TokenRequestId first{1};
constexpr TokenRequestId second{2};
constexpr TokenRequestId nobody{};
constexpr Duration patience = seconds(30);

// A link's renewal whose token lives that long from moment 0.
Renewal planned(Duration lifetime) {
  Renewal renewal(dialled);
  renewal.plan(at(0), lifetime);
  return renewal;
}

// When the plan is due, by the monotonic clock.
double due_ms(const Renewal& renewal) {
  return renewal.deadline().monotonic.time_since_epoch().count();
}

// The planned question was asked at `asked` and came to nothing at `failed`.
void try_in_vain(Renewal& renewal, double asked, double failed) {
  REQUIRE(renewal.is_due(at(asked)));
  renewal.ask(at(asked), first, patience, true);
  renewal.end_asking();
  renewal.postpone(at(failed));
}

}  // namespace

TEST_SUITE("renewal: which token") {
  TEST_CASE(
      "the token that the dial offered is the accepted one, of a cookie session there is none") {
    CHECK(Renewal(dialled).accepted() == dialled);
    CHECK_FALSE(Renewal().accepted());
    CHECK_FALSE(Renewal(std::nullopt).accepted());
  }

  TEST_CASE("a token that was only offered in-band is not the accepted one") {
    Renewal renewal(dialled);
    CHECK(renewal.offer(fresh));
    CHECK(renewal.accepted() == dialled);
    renewal.accept();
    CHECK(renewal == Renewal(fresh));
  }

  TEST_CASE("what the server accepts is what was offered last") {
    Renewal renewal(dialled);
    renewal.offer(fresh);
    renewal.offer(fresher);
    renewal.accept();
    CHECK(renewal.accepted() == fresher);
  }

  TEST_CASE("a server that accepts what nobody offered changes nothing") {
    Renewal renewal(dialled);
    renewal.offer(fresh);
    renewal.accept();
    renewal.accept();
    CHECK(renewal.accepted() == fresh);
    Renewal cookie;
    cookie.accept();
    CHECK(cookie == Renewal());
  }

  TEST_CASE("a token that the server has, or that is on its way there, is not offered") {
    Renewal renewal(dialled);
    CHECK_FALSE(renewal.offer(dialled));
    CHECK(renewal.offer(fresh));
    CHECK_FALSE(renewal.offer(fresh));
    renewal.accept();
    CHECK_FALSE(renewal.offer(fresh));
    CHECK(renewal.offer(dialled));
  }

  TEST_CASE(
      "a provider that goes back to the accepted token while another is offered is believed") {
    Renewal renewal(dialled);
    renewal.offer(fresh);
    CHECK(renewal.offer(dialled));
    renewal.accept();
    CHECK(renewal.accepted() == dialled);
  }
}

TEST_SUITE("renewal: when") {
  TEST_CASE("without a plan nothing is ever due") {
    Renewal renewal(dialled);
    CHECK(renewal.deadline() == never_at_all);
    CHECK_FALSE(renewal.is_due(at(1e12)));
    renewal.postpone(at(0));
    CHECK(renewal == Renewal(dialled));
  }

  TEST_CASE("a renewal is due at four fifths of the life and not a moment before") {
    const Renewal renewal = planned(seconds(100));
    CHECK(renewal.deadline() == at(80000));
    CHECK_FALSE(renewal.is_due(at(79999.9)));
    CHECK(renewal.is_due(at(80000)));
  }

  TEST_CASE("a renewal is due by whichever clock gets there: tokens expire in a sleep, too") {
    const Renewal renewal = planned(seconds(100));
    CHECK(renewal.is_due(at(5, 80000)));
    CHECK(renewal.is_due(at(80000, -1e9)));
    CHECK_FALSE(renewal.is_due(at(79999, 79999)));
  }

  TEST_CASE("a renewal is due at the very moment that was named for it, whatever the rounding") {
    Random random(11);
    for (int round = 0; round < 1000; ++round) {
      Renewal renewal(dialled);
      renewal.plan(at(random.unit() * 1e8, 0), milliseconds(random.unit() * 1e7));
      CHECK(renewal.is_due({renewal.deadline().monotonic, at(0).wall}));
    }
  }

  TEST_CASE("a server that says a new lifetime plans anew from there") {
    Renewal renewal = planned(seconds(100));
    renewal.plan(at(50000), seconds(10));
    CHECK(renewal.deadline() == at(58000));
  }

  TEST_CASE(
      "the pause between renewals doubles from a second to five minutes for tokens that die at "
      "once") {
    Renewal renewal(dialled);
    std::vector<double> pauses;
    double now = 0;
    for (int each = 0; each < 11; ++each) {
      renewal.plan(at(now), Duration{0});
      pauses.push_back((due_ms(renewal) - now) / 1000);
      now = due_ms(renewal);
    }
    CHECK(pauses == std::vector<double>{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300});
  }

  TEST_CASE("one lifetime as long as the pause makes the pause a second again") {
    Renewal renewal(dialled);
    for (int each = 0; each < 3; ++each) renewal.plan(at(0), Duration{0});
    renewal.plan(at(0), seconds(10));  // four fifths are the 8 s that the pause has grown to
    CHECK(renewal.deadline() == at(8000));
    renewal.plan(at(0), Duration{0});
    CHECK(renewal.deadline() == at(1000));
  }

  TEST_CASE("an hour of tokens that die at once asks some twenty times, not once a second") {
    Renewal renewal(dialled);
    int asked = 0;
    for (double now = 0; now < 3600e3; now = due_ms(renewal), ++asked) {
      renewal.plan(at(now), Duration{0});
    }
    CHECK(asked < 25);
  }
}

TEST_SUITE("renewal: asking") {
  TEST_CASE("the planned question uses the plan up and has a deadline of its own") {
    Renewal renewal = planned(seconds(100));
    CHECK(renewal.ask(at(80000), first, patience, true) == nobody);
    CHECK(renewal.asking());
    CHECK(renewal.is_about(first));
    CHECK_FALSE(renewal.is_due(at(80000)));
    CHECK(renewal.deadline().monotonic == host_at(110000));
    CHECK(renewal.deadline().wall == never_at_all.wall);
    CHECK(renewal.take_due(at(109999)) == nobody);
    CHECK(renewal.take_due(at(110000)) == first);
    CHECK_FALSE(renewal.asking());
  }

  TEST_CASE("a question that somebody else asked for leaves the plan where it was") {
    Renewal renewal = planned(seconds(100));
    renewal.ask(at(1000), first, patience, false);
    CHECK(renewal.deadline() == Instant{host_at(31000), at(80000).wall});
    renewal.end_asking();
    CHECK(renewal == planned(seconds(100)));
  }

  TEST_CASE("the question that was under way is returned when another begins") {
    Renewal renewal = planned(seconds(100));
    renewal.ask(at(79000), first, patience, false);
    CHECK(renewal.is_due(at(80000)));
    CHECK(renewal.ask(at(80000), second, patience, true) == first);
    CHECK_FALSE(renewal.is_about(first));
    CHECK(renewal.is_about(second));
    CHECK(renewal.end_asking() == second);
    CHECK(renewal.end_asking() == nobody);
  }

  TEST_CASE("the same token again leaves a plan that is not due as it was") {
    Renewal renewal = planned(seconds(40));
    renewal.ask(at(1000), first, patience, false);
    renewal.end_asking();
    CHECK_FALSE(renewal.offer(dialled));
    renewal.postpone(at(1000));
    CHECK(renewal == planned(seconds(40)));
    CHECK(renewal.is_due(at(32000)));
  }

  TEST_CASE("what was due and came to nothing comes again halfway to the end of the token") {
    Renewal renewal = planned(seconds(100));
    try_in_vain(renewal, 80000, 80000);
    CHECK(renewal.deadline() == at(90000));
    try_in_vain(renewal, 90000, 90000);
    CHECK(renewal.deadline() == at(95000));
  }

  TEST_CASE("a last try closer than five seconds to the end is not worth it") {
    Renewal renewal = planned(seconds(100));
    try_in_vain(renewal, 80000, 80000);
    try_in_vain(renewal, 90000, 90000);
    try_in_vain(renewal, 95000, 95000);
    CHECK(renewal.deadline() == never_at_all);
    CHECK_FALSE(renewal.is_due(at(1e9)));
  }

  TEST_CASE("a question that hung is asked again before the token ends, not after") {
    Renewal renewal = planned(seconds(300));
    try_in_vain(renewal, 240000, 270000);
    CHECK(renewal.deadline() == at(285000));
  }

  TEST_CASE("a token that ended while a question hung is asked for no more") {
    Renewal renewal = planned(seconds(100));
    try_in_vain(renewal, 80000, 110000);
    CHECK(renewal.deadline() == never_at_all);
  }

  TEST_CASE("a token whose life the pause outlasted is asked for once") {
    Renewal renewal = planned(Duration{0});
    try_in_vain(renewal, 1000, 1000);
    CHECK(renewal.deadline() == never_at_all);
  }

  TEST_CASE("renewals are equal where token, plan and question are, and a copy goes its own way") {
    const Renewal renewal = planned(seconds(100));
    Renewal copy = renewal;
    CHECK(copy == renewal);
    copy.ask(at(1), first, patience, false);
    CHECK(copy != renewal);
    copy.end_asking();
    CHECK(copy == renewal);
    copy.offer(fresh);
    CHECK(copy != renewal);
    CHECK(renewal == planned(seconds(100)));
  }
}

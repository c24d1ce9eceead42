// The queue of messages to send: its bounds, its order, its time to live.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "moments.hpp"
#include "outbox.hpp"
#include "random.hpp"

using namespace keepline;

namespace {

QueuedMessage message(std::uint32_t id, std::size_t size, Instant queued_at = {},
                      Duration ttl = seconds(30)) {
  return {MessageId{id}, std::string(size, 'x'), queued_at, ttl};
}

QueueOptions bounds(std::size_t messages, std::size_t bytes, Overflow overflow = Overflow::reject) {
  QueueOptions options;
  options.max_messages = messages;
  options.max_bytes = bytes;
  options.overflow = overflow;
  return options;
}

using Ids = std::vector<std::uint32_t>;

Ids ids(const Outbox::Messages& messages) {
  Ids all;
  for (const QueuedMessage& each : messages) all.push_back(each.id.value);
  return all;
}

using Verdict = Outbox::Verdict;

}  // namespace

TEST_SUITE("outbox") {
  TEST_CASE("messages leave in the order in which they came") {
    Outbox outbox(bounds(10, 1000));
    Outbox::Messages dropped;
    for (std::uint32_t id = 1; id <= 3; ++id) {
      CHECK(outbox.push(message(id, 10), dropped) == Verdict::queued);
    }
    CHECK(outbox.bytes() == 30);
    CHECK(outbox.front().id == MessageId{1});
    CHECK(ids(outbox.pop()) == Ids{1});
    CHECK(ids(outbox.pop()) == Ids{2});
    CHECK(ids(outbox.pop()) == Ids{3});
    CHECK(outbox.empty());
    CHECK(outbox.bytes() == 0);
  }

  TEST_CASE("the last message that fits is taken and the next one rejected") {
    Outbox outbox(bounds(2, 1000));
    Outbox::Messages dropped;
    CHECK(outbox.push(message(1, 1), dropped) == Verdict::queued);
    CHECK(outbox.push(message(2, 1), dropped) == Verdict::queued);
    CHECK(outbox.push(message(3, 1), dropped) == Verdict::full);
    CHECK(outbox.messages() == 2);
    CHECK(dropped.empty());
  }

  TEST_CASE("the last byte that fits is taken and the next one rejected") {
    Outbox outbox(bounds(10, 100));
    Outbox::Messages dropped;
    CHECK(outbox.push(message(1, 60), dropped) == Verdict::queued);
    CHECK(outbox.push(message(2, 41), dropped) == Verdict::full);
    CHECK(outbox.push(message(3, 40), dropped) == Verdict::queued);
    CHECK(outbox.bytes() == 100);
  }

  TEST_CASE(
      "a message that the empty queue could not hold is too big, and nothing is dropped for it") {
    Outbox outbox(bounds(10, 100, Overflow::drop_oldest));
    Outbox::Messages dropped;
    CHECK(outbox.push(message(1, 100), dropped) == Verdict::queued);
    CHECK(outbox.push(message(2, 101), dropped) == Verdict::too_big);
    CHECK(dropped.empty());
    CHECK(outbox.front().id == MessageId{1});
  }

  TEST_CASE("drop-oldest drops as few as make room, oldest first") {
    Outbox outbox(bounds(3, 100, Overflow::drop_oldest));
    Outbox::Messages dropped;
    for (std::uint32_t id = 1; id <= 3; ++id) outbox.push(message(id, 30), dropped);
    CHECK(outbox.push(message(4, 10), dropped) == Verdict::queued);
    CHECK(ids(dropped) == Ids{1});
    CHECK(outbox.push(message(5, 90), dropped) == Verdict::queued);
    CHECK(ids(dropped) == Ids{1, 2, 3});
    CHECK(outbox.messages() == 2);
    CHECK(outbox.bytes() == 100);
  }

  TEST_CASE("a queue of no messages takes none, whatever the overflow rule") {
    Outbox::Messages dropped;
    for (const Overflow overflow : {Overflow::reject, Overflow::drop_oldest}) {
      Outbox outbox(bounds(0, 100, overflow));
      CHECK(outbox.push(message(1, 1), dropped) == Verdict::full);
    }
    CHECK(dropped.empty());
  }

  TEST_CASE("a message is stale at its time to live and not a moment before") {
    Outbox outbox(bounds(10, 1000));
    Outbox::Messages dropped;
    outbox.push(message(1, 1, at(0, 0), milliseconds(100)), dropped);
    CHECK(outbox.next_expiry() == at(100, 100));
    CHECK(outbox.expire(at(99.9, 99.9)).empty());
    CHECK(ids(outbox.expire(at(100, 100))) == Ids{1});
    CHECK(outbox.bytes() == 0);
    CHECK(outbox.next_expiry() == never_at_all);
  }

  TEST_CASE("a message is stale at the very moment that was named for it, whatever the rounding") {
    Random random(7);
    for (int round = 0; round < 1000; ++round) {
      const double queued = random.unit() * 1e8;
      Outbox outbox(bounds(10, 1000));
      Outbox::Messages dropped;
      outbox.push(message(1, 1, at(queued, 0), milliseconds(random.unit() * 30000)), dropped);
      const auto named = outbox.next_expiry().monotonic;
      REQUIRE(named != never);
      CHECK(ids(outbox.expire({named, WallClock::time_point{}})) == Ids{1});
    }
  }

  TEST_CASE("a night's sleep makes messages stale although the monotonic clock slept too") {
    Outbox outbox(bounds(10, 1000));
    Outbox::Messages dropped;
    outbox.push(message(1, 1, at(0, 0)), dropped);
    CHECK(ids(outbox.expire(at(5, 8 * 3600e3))) == Ids{1});
  }

  TEST_CASE("a wall clock set back keeps no message alive") {
    Outbox outbox(bounds(10, 1000));
    Outbox::Messages dropped;
    outbox.push(message(1, 1, at(0, 1e9)), dropped);
    CHECK(ids(outbox.expire(at(30000, 0))) == Ids{1});
  }

  TEST_CASE("a stale message in the middle leaves the others in order") {
    Outbox outbox(bounds(10, 1000));
    Outbox::Messages dropped;
    outbox.push(message(1, 1, {}, seconds(9)), dropped);
    outbox.push(message(2, 2, {}, seconds(1)), dropped);
    outbox.push(message(3, 4, {}, seconds(5)), dropped);
    CHECK(outbox.next_expiry() == at(1000, 1000));
    CHECK(ids(outbox.expire(at(2000, 2000))) == Ids{2});
    CHECK(outbox.bytes() == 5);
    CHECK(ids(outbox.pop()) == Ids{1});
    CHECK(ids(outbox.pop()) == Ids{3});
  }

  TEST_CASE("clearing names every message once and leaves nothing") {
    Outbox outbox(bounds(10, 1000));
    Outbox::Messages dropped;
    outbox.push(message(7, 1), dropped);
    outbox.push(message(8, 1), dropped);
    CHECK(ids(outbox.clear()) == Ids{7, 8});
    CHECK(outbox.clear().empty());
    CHECK(outbox.bytes() == 0);
    CHECK(outbox.next_expiry() == never_at_all);
  }

  TEST_CASE(
      "the next message to go stale is known at every push, whatever order they go stale in") {
    Outbox outbox(bounds(10, 1000));
    Outbox::Messages dropped;
    outbox.push(message(1, 1, at(0), seconds(9)), dropped);
    CHECK(outbox.next_expiry() == at(9000));
    outbox.push(message(2, 1, at(0), seconds(20)), dropped);
    CHECK(outbox.next_expiry() == at(9000));
    outbox.push(message(3, 1, at(0), seconds(1)), dropped);
    CHECK(outbox.next_expiry() == at(1000));
  }

  TEST_CASE(
      "with one time to live the next to go stale is the front, push after push and pop after "
      "pop") {
    Outbox outbox(bounds(1000, 1000000));
    Outbox::Messages dropped;
    for (std::uint32_t id = 1; id <= 1000; ++id) outbox.push(message(id, 1, at(id)), dropped);
    for (std::uint32_t id = 1; id <= 1000; ++id) {
      CHECK(outbox.next_expiry() == at(id + 30000.0));
      outbox.pop();
    }
    CHECK(outbox.next_expiry() == never_at_all);
  }

  // Nothing is looked through for it, or n messages that leave would cost n times n steps: what was
  // the earliest stays so until its moment, at which there may be nothing to do.
  TEST_CASE(
      "with several times to live a message that leaves costs no search, and at worst an early "
      "look") {
    Outbox outbox(bounds(10, 1000));
    Outbox::Messages dropped;
    outbox.push(message(1, 1, at(0), seconds(1)), dropped);
    outbox.push(message(2, 1, at(0), seconds(9)), dropped);
    outbox.push(message(3, 1, at(0), seconds(5)), dropped);
    outbox.pop();
    CHECK(outbox.next_expiry() == at(1000));
    CHECK(outbox.expire(at(1000)).empty());
    CHECK(outbox.next_expiry() == at(5000));
    CHECK(ids(outbox.expire(at(5000))) == Ids{3});
    CHECK(outbox.next_expiry() == at(9000));
  }

  TEST_CASE(
      "messages with a shorter time to live go stale behind longer ones, all at their moment") {
    Outbox outbox(bounds(100, 1000));
    Outbox::Messages dropped;
    for (std::uint32_t id = 1; id <= 9; ++id) {
      outbox.push(message(id, 1, at(0), seconds(10 - id)), dropped);
    }
    for (std::uint32_t id = 9; id >= 1; --id) {
      const double due = 1000.0 * (10 - id);
      CHECK(outbox.next_expiry() == at(due));
      CHECK(outbox.expire(at(due - 0.1)).empty());
      CHECK(ids(outbox.expire(at(due))) == Ids{id});
    }
    CHECK(outbox.empty());
  }

  TEST_CASE("a wall clock set back between two messages hides neither of them behind the other") {
    Outbox outbox(bounds(10, 1000));
    Outbox::Messages dropped;
    outbox.push(message(1, 1, at(0, 1e9)), dropped);
    outbox.push(message(2, 1, at(10, 0)), dropped);
    CHECK(outbox.next_expiry() == at(30000, 30000));
    CHECK(ids(outbox.expire(at(20, 30000))) == Ids{2});
    CHECK(outbox.next_expiry() == at(30000, 1e9 + 30000));
    CHECK(ids(outbox.expire(at(30000, 30000))) == Ids{1});
  }

  TEST_CASE(
      "a wall clock set forward between two messages makes the former stale and not the latter") {
    Outbox outbox(bounds(10, 1000));
    Outbox::Messages dropped;
    outbox.push(message(1, 1, at(0, 0)), dropped);
    outbox.push(message(2, 1, at(10, 40000)), dropped);
    CHECK(ids(outbox.expire(at(11, 40001))) == Ids{1});
    CHECK(outbox.next_expiry() == at(30010, 70000));
  }

  TEST_CASE(
      "a message sent while the wall clock was ahead goes stale by the other one, behind "
      "whichever") {
    Outbox outbox(bounds(10, 1000));
    Outbox::Messages dropped;
    outbox.push(message(1, 1, at(0, 0)), dropped);
    outbox.push(message(2, 1, at(10, 40000), seconds(1)), dropped);
    CHECK(ids(outbox.expire(at(1010, 1010))) == Ids{2});
    CHECK(outbox.next_expiry() == at(30000));
  }

  TEST_CASE("what drop-oldest drops is not waited for") {
    Outbox outbox(bounds(2, 100, Overflow::drop_oldest));
    Outbox::Messages dropped;
    for (std::uint32_t id = 1; id <= 5; ++id) outbox.push(message(id, 1, at(id)), dropped);
    CHECK(ids(dropped) == Ids{1, 2, 3});
    CHECK(outbox.next_expiry() == at(30004));
    CHECK(ids(outbox.expire(at(30004))) == Ids{4});
  }

  TEST_CASE(
      "an emptied queue is as good as new, however it was emptied and in whatever order it was") {
    const Outbox fresh(bounds(10, 1000));
    Outbox::Messages dropped;
    const auto disordered = [&] {
      Outbox outbox = fresh;
      outbox.push(message(1, 1, at(0), seconds(9)), dropped);
      outbox.push(message(2, 1, at(0), seconds(1)), dropped);
      return outbox;
    };
    Outbox popped = disordered();
    popped.pop();
    popped.pop();
    CHECK(popped == fresh);
    Outbox expired = disordered();
    expired.expire(at(2000));
    expired.expire(at(9000));
    CHECK(expired == fresh);
    Outbox cleared = disordered();
    cleared.clear();
    CHECK(cleared == fresh);
  }

  TEST_CASE("queues are equal where messages and bounds are, and a copy goes its own way") {
    Outbox outbox(bounds(10, 1000));
    Outbox::Messages dropped;
    outbox.push(message(1, 1), dropped);
    Outbox copy = outbox;
    CHECK(copy == outbox);
    copy.pop();
    CHECK(copy != outbox);
    CHECK(outbox.messages() == 1);
    CHECK(Outbox(bounds(10, 1000)) != Outbox(bounds(11, 1000)));
  }
}

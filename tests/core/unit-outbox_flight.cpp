// What was sent and waits for the server's word: how much may, and what becomes of it.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "moments.hpp"
#include "outbox.hpp"

using namespace keepline;

namespace {

using Ids = std::vector<std::uint32_t>;
using Verdict = Outbox::Verdict;

Ids ids(const Outbox::Messages& messages) {
  Ids all;
  for (const QueuedMessage& each : messages) all.push_back(each.id.value);
  return all;
}

QueuedMessage message(std::uint32_t id, std::size_t size) {
  return {MessageId{id}, std::string(size, 'x'), {}, seconds(30)};
}

QueueOptions bounds(std::size_t messages, std::size_t bytes, Overflow overflow = Overflow::reject) {
  QueueOptions options;
  options.max_messages = messages;
  options.max_bytes = bytes;
  options.overflow = overflow;
  return options;
}

QueuedMessage acked(std::uint32_t id, std::size_t size, Instant queued_at = {},
                    Duration ttl = seconds(30)) {
  QueuedMessage all = {MessageId{id}, std::string(size, 'x'), queued_at, ttl};
  all.ack_id = "page-" + std::to_string(id);
  return all;
}

Outbox filled(std::uint32_t count, std::size_t size = 10,
              QueueOptions options = bounds(100, 1 << 20)) {
  Outbox outbox(options);
  Outbox::Messages dropped;
  for (std::uint32_t id = 1; id <= count; ++id) outbox.push(acked(id, size), dropped);
  return outbox;
}

// As the machine does it: the first that waits goes out.
void launch(Outbox& outbox, const Instant& now = {}) {
  QueuedMessage& first = outbox.front();
  first.in_flight = true;
  if (first.sent_at == WallClock::time_point{}) first.sent_at = now.wall;
}

std::uint32_t launch_all(Outbox& outbox, const Instant& now = {}) {
  std::uint32_t launched = 0;
  while (!outbox.empty() && outbox.may_launch()) {
    launch(outbox, now);
    ++launched;
  }
  return launched;
}

}  // namespace

TEST_SUITE("outbox: what waits for an answer") {
  TEST_CASE("32 are in flight and no more, until one is answered") {
    Outbox outbox = filled(40);
    CHECK(launch_all(outbox) == in_flight_max);
    CHECK(outbox.messages() == 40);
    CHECK(ids(outbox.answered("page-7")) == Ids{7});
    CHECK(launch_all(outbox) == 1);
    CHECK(outbox.messages() == 39);
  }

  TEST_CASE("64 KiB are in flight and no more, but a larger one alone") {
    Outbox outbox = filled(4, 30 * 1024);
    CHECK(launch_all(outbox) == 2);
    outbox = filled(2, 100 * 1024);
    CHECK(launch_all(outbox) == 1);
    outbox.answered("page-1");
    CHECK(launch_all(outbox) == 1);
  }

  TEST_CASE("an answer to nobody, or a second one, ends nothing") {
    Outbox outbox = filled(2);
    CHECK(outbox.answered("page-1").empty());  // it was not sent
    launch_all(outbox);
    CHECK(outbox.answered("page-3").empty());
    CHECK(outbox.answered("").empty());
    CHECK(ids(outbox.answered("page-1")) == Ids{1});
    CHECK(outbox.answered("page-1").empty());
    CHECK(outbox.messages() == 1);
    CHECK(outbox.bytes() == 10);
  }

  TEST_CASE("what a link loses goes once more, in order, before all that waits") {
    Outbox outbox = filled(3);
    launch(outbox, at(5, 1000));
    launch(outbox, at(6, 1001));
    outbox.take_back();
    for (const std::uint32_t id : {1, 2, 3}) {
      CHECK(outbox.front().id == MessageId{id});
      CHECK((outbox.front().sent_at > WallClock::time_point{}) == (id < 3));
      launch(outbox, at(99, 2000));
    }
    outbox.take_back();
    CHECK(outbox.front().sent_at == at(5, 1000).wall);  // for the first time
  }

  TEST_CASE("the bounds of the queue hold for both together, and what is in flight gives no way") {
    Outbox::Messages dropped;
    Outbox outbox = filled(2, 10, bounds(2, 1000, Overflow::drop_oldest));
    launch_all(outbox);
    CHECK(outbox.push(message(3, 1), dropped) == Verdict::full);
    CHECK(dropped.empty());
    outbox.answered("page-1");
    CHECK(outbox.push(message(3, 1), dropped) == Verdict::queued);
    CHECK(outbox.push(message(4, 1), dropped) == Verdict::queued);
    CHECK(ids(dropped) == Ids{3});
  }

  TEST_CASE("what is in flight goes stale as well, and is in the deadline") {
    Outbox outbox = filled(1);
    Outbox::Messages dropped;
    outbox.push(acked(2, 10, at(0), seconds(5)), dropped);
    launch_all(outbox);
    CHECK(outbox.next_expiry().monotonic == at(5000).monotonic);
    CHECK(outbox.expire(at(4999)).empty());
    CHECK(ids(outbox.expire(at(5000))) == Ids{2});
    CHECK(outbox.next_expiry().monotonic == at(30000).monotonic);
    outbox.take_back();
    CHECK(ids(outbox.expire(at(30000))) == Ids{1});
    CHECK(outbox.next_expiry() == never_at_all);
    CHECK(outbox.bytes() == 0);
  }

  TEST_CASE("all that there is can be taken out at once") {
    Outbox outbox = filled(3);
    launch(outbox);
    CHECK(ids(outbox.clear()) == Ids{1, 2, 3});
    CHECK(outbox.messages() == 0);
    CHECK(outbox.bytes() == 0);
    CHECK(outbox.next_expiry() == never_at_all);
  }
}

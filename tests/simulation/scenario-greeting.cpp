// The greeting: who a link is for is known before anything is sent or delivered on it; and where
// nobody greets, nobody waits for it.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

using Action = FrameVerdict::Action;

constexpr std::string_view call = R"({"type":"new_call","data":{}})";

Action deliver(Scenario& world, std::string_view text) {
  return world.deliver_frame(world.live()->id, {text, text.size(), true}).action;
}

bool heard_note(const Scenario& world) {
  for (const std::string& frame : world.server_heard) {
    if (frame.starts_with(R"({"type":"note")")) return true;
  }
  return false;
}

// On a new link of a server that has greeted user-1 before and has said nothing on this one.
void go_open_without_greeting(Scenario& world) {
  world.subscribe("*");
  world.go_live();
  world.server_closes(1006);
  world.send("note", R"({"of":"user-1"})");
  world.server.says_connected = false;
  world.clear();
  while (world.live() == nullptr || !world.live()->open) REQUIRE(world.run_next(seconds(60)));
}

std::string greeting_of(const char* user) {
  Server server = speaks();
  server.user = user;
  return connected_frame(server);
}

}  // namespace

TEST_SUITE("scenario: a server that greets") {
  TEST_CASE("what one person queued never leaves on a link that turns out to be another's") {
    Options options = World::default_options();
    SUBCASE("with a hello timeout") {}
    SUBCASE("without one") { options.hello_timeout = Duration{0}; }
    Scenario world(options);
    go_open_without_greeting(world);
    world.run_for(seconds(2.5));
    CHECK_FALSE(heard_note(world));
    CHECK(world.phase() == Phase::dialling);
    world.server_sends(greeting_of("user-2"));
    CHECK(world.phase() == Phase::ready);
    CHECK(world.told<IdentityChanged>().size() == 1);
    const auto settled = world.told<Settle>();
    REQUIRE(settled.size() == 1);
    CHECK(settled[0].outcome == SendOutcome::identity_changed);
    world.run_for(seconds(5));
    CHECK_FALSE(heard_note(world));
  }

  TEST_CASE("what waits is sent with the greeting of the person who queued it") {
    Scenario world;
    go_open_without_greeting(world);
    world.run_for(seconds(2.5));
    world.server_sends(greeting_of("user-1"));
    CHECK(heard_note(world));
    CHECK(world.told<IdentityChanged>().empty());
  }

  TEST_CASE("an event before the greeting is dropped and counted, and delivered after it") {
    Scenario world;
    go_open_without_greeting(world);
    const auto dropped = world.metrics().dropped;
    CHECK(deliver(world, call) == Action::drop);
    CHECK(world.phase() == Phase::dialling);
    CHECK(world.metrics().dropped == dropped + 1);
    CHECK(deliver(world, greeting_of("user-1")) == Action::deliver);
    CHECK(deliver(world, call) == Action::deliver);
  }

  TEST_CASE("a greeting that is owed and does not come is a connect timeout") {
    Scenario world;
    go_open_without_greeting(world);
    world.run_for(seconds(16));
    CHECK(world.phase() != Phase::ready);
    REQUIRE(world.status().error);
    CHECK(world.status().error->kind == ErrorKind::connect_timeout);
  }
}

TEST_SUITE("scenario: a server that does not greet") {
  TEST_CASE("a link on which keepline.v1 was not offered is usable as it opens") {
    Scenario world;
    world.server = plain();
    world.connect();
    world.run_for(milliseconds(71));
    CHECK(world.phase() == Phase::ready);
  }

  TEST_CASE("a cookie session is usable as it opens") {
    Options options = World::default_options();
    options.has_token_provider = false;
    Scenario world(options);
    world.server = quiet();
    world.connect();
    world.run_for(milliseconds(41));
    CHECK(world.phase() == Phase::ready);
  }

  TEST_CASE("a token may be looked at on every link: nothing is said sooner on a later one") {
    Scenario world;
    world.server = quiet();
    world.connect();
    world.run_for(seconds(3));
    REQUIRE(world.phase() == Phase::ready);
    world.server_closes(1006);
    world.send("note", "1");
    world.clear();
    while (world.live() == nullptr || !world.live()->open) REQUIRE(world.run_next(seconds(60)));
    world.run_for(milliseconds(1999));
    CHECK(world.phase() == Phase::dialling);
    CHECK(world.server_heard.empty());
    world.run_for(milliseconds(1));
    CHECK(world.phase() == Phase::ready);
    CHECK(heard_note(world));
  }
}

TEST_SUITE("scenario: a link on which nothing arrives") {
  TEST_CASE("is pinged as it becomes usable, and said to be unproven once that answer is overdue") {
    Scenario world;
    world.server = plain();
    world.connect();
    world.run_for(milliseconds(71));
    REQUIRE(world.phase() == Phase::ready);
    CHECK(world.pings() == 1);
    CHECK_FALSE(world.status().unproven);
    world.run_for(seconds(10.1));
    CHECK(world.state() == State::connected);
    CHECK(world.status().unproven);
    SUBCASE("the first frame ends that") {
      deliver(world, call);
      CHECK_FALSE(world.status().unproven);
      world.run_for(seconds(100));
      CHECK_FALSE(world.status().unproven);
    }
    SUBCASE("and so does its end") {
      world.server_closes(1006);
      CHECK_FALSE(world.status().unproven);
    }
  }

  TEST_CASE("is never called unproven where something arrived before it was usable") {
    Scenario world;
    world.server.to_ping = Answer::nothing;
    world.go_live();
    CHECK(world.pings() == 0);
    world.run_for(seconds(29));
    CHECK_FALSE(world.status().unproven);
  }
}

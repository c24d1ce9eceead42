// Sending: what queues, what goes out, what is settled how, and what the server is told it may
// filter.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

std::vector<SendOutcome> outcomes(const Scenario& world) {
  std::vector<SendOutcome> all;
  for (const Settle& settle : world.told<Settle>()) all.push_back(settle.outcome);
  return all;
}

std::size_t heard(const Scenario& world, std::string_view beginning) {
  std::size_t count = 0;
  for (const std::string& frame : world.server_heard) {
    if (frame.starts_with(beginning)) ++count;
  }
  return count;
}

constexpr std::string_view note = R"({"type":"note")";
constexpr std::string_view wishes = R"({"type":"subscribe")";

}  // namespace

TEST_SUITE("scenario: sending") {
  TEST_CASE(
      "a message on a usable link is handed over and settled at once, type first and data last") {
    Scenario world;
    world.go_live();
    const SendResult result = world.send("note", R"({"x":1})");
    CHECK(result.message);
    CHECK(outcomes(world) == std::vector<SendOutcome>{SendOutcome::sent});
    REQUIRE(world.server_heard.size() == 1);
    CHECK(world.server_heard[0].starts_with(R"({"type":"note","ts":17638)"));
    CHECK(world.server_heard[0].ends_with(R"(,"data":{"x":1}})"));
  }

  TEST_CASE("a message with a name of the protocol is not sent to a server that speaks it") {
    for (const char* type : {"connected", "pong", "ping", "going_away", "authed", "error",
                             "subscribe", "auth", "resume", "resumed", "gap", "position", "ack"}) {
      Scenario world;
      world.go_live();
      CHECK(world.send(type).outcome == SendOutcome::reserved_type);
      world.server_closes(1006);
      CHECK(world.send(type).outcome == SendOutcome::reserved_type);
      CHECK(outcomes(world).empty());
      CHECK(world.send("errors").message);
    }
  }

  TEST_CASE("one that was queued before the server was known is told so when it would go out") {
    Scenario world;
    world.connect();
    CHECK(world.send("note").message);
    CHECK(world.send("auth", R"({"token":"x"})").message);
    CHECK(world.send("note").message);
    world.run_for(seconds(1));
    CHECK(outcomes(world) == std::vector<SendOutcome>{SendOutcome::sent, SendOutcome::reserved_type,
                                                      SendOutcome::sent});
    CHECK(heard(world, note) == 2);
    CHECK(heard(world, R"({"type":"auth")") == 0);
  }

  TEST_CASE("a server that speaks no protocol of ours is sent any type") {
    Scenario world;
    world.server = plain();
    world.connect();
    world.run_for(seconds(5));
    CHECK(world.send("error", R"({"line":1})").message);
    CHECK(outcomes(world) == std::vector<SendOutcome>{SendOutcome::sent});
  }

  TEST_CASE("messages queued before the link is usable go out once, in order, after it is") {
    Scenario world;
    world.connect();
    for (const char* data : {"1", "2", "3"}) world.send("note", data);
    CHECK(world.metrics().queued_messages == 3);
    world.run_for(seconds(1));
    CHECK(heard(world, note) == 3);
    CHECK(world.server_heard[0].ends_with("1}"));
    CHECK(world.server_heard[2].ends_with("3}"));
    CHECK(outcomes(world) == std::vector<SendOutcome>(3, SendOutcome::sent));
    CHECK(world.metrics().queued_messages == 0);
    CHECK(world.metrics().queued_bytes == 0);
  }

  TEST_CASE("a message expires at its time to live, in whatever phase") {
    Scenario world;
    world.server = refuses();
    world.connect();
    world.send("note", "1");
    world.send("note", "2", seconds(5));
    world.send("note", "3", Duration{0});
    world.run_for(milliseconds(4999));
    CHECK(outcomes(world).size() == 1);
    world.run_for(milliseconds(1));
    CHECK(outcomes(world).size() == 2);
    world.run_for(milliseconds(24999));
    CHECK(outcomes(world).size() == 2);
    world.run_for(milliseconds(1));
    CHECK(outcomes(world) == std::vector<SendOutcome>(3, SendOutcome::expired));
  }

  TEST_CASE("the hundred and first message is rejected, or takes the place of the oldest") {
    Options options = World::default_options();
    SUBCASE("rejected") {
      Scenario world(options);
      for (int count = 0; count < 100; ++count) CHECK(world.send("note", "1").message);
      const SendResult last = world.send("note", "1");
      CHECK_FALSE(last.message);
      CHECK(last.outcome == SendOutcome::queue_full);
    }
    SUBCASE("instead of the oldest") {
      options.queue.overflow = Overflow::drop_oldest;
      Scenario world(options);
      const SendResult first = world.send("note", "1");
      for (int count = 1; count < 101; ++count) CHECK(world.send("note", "1").message);
      const auto settled = world.told<Settle>();
      REQUIRE(settled.size() == 1);
      CHECK(settled[0].message == first.message);
      CHECK(settled[0].outcome == SendOutcome::queue_full);
    }
  }

  TEST_CASE("a message over maxMessageBytes is too big at once, on any link") {
    Scenario world;
    world.go_live();
    const std::string data(1048576, '1');
    CHECK(world.send("note", data).outcome == SendOutcome::too_big);
    CHECK(world.state() == State::connected);
    CHECK(world.history.empty());
  }

  TEST_CASE("a type or an id that no envelope can carry is refused") {
    Scenario world;
    CHECK_FALSE(world.send("", "1").message);
    CHECK_FALSE(world.send(std::string(65, 't'), "1").message);
    CHECK(world.send(std::string(64, 't'), "1").message);
  }

  TEST_CASE("after disconnect nothing is taken, and what waited is rejected") {
    Scenario world;
    world.send("note", "1");
    world.disconnect();
    CHECK(outcomes(world) == std::vector<SendOutcome>{SendOutcome::disconnected});
    CHECK(world.send("note", "2").outcome == SendOutcome::disconnected);
  }

  TEST_CASE("at most 64 KiB wait in the socket; the rest goes as it drains, in order") {
    Scenario world;
    world.go_live();
    world.hold_back();  // the socket takes, and transmits nothing
    const std::string data(10000, '1');
    for (int count = 0; count < 12; ++count) world.send("note", data);
    CHECK(heard(world, note) == 6);
    CHECK(world.metrics().queued_messages == 6);
    world.run_for(seconds(2));
    CHECK(heard(world, note) == 6);
    world.let_flow();
    world.run_for(milliseconds(60));
    CHECK(heard(world, note) == 12);
    CHECK(outcomes(world) == std::vector<SendOutcome>(12, SendOutcome::sent));
  }

  TEST_CASE("a single message over 64 KiB goes out on an empty socket") {
    Scenario world;
    world.go_live();
    CHECK(world.send("note", std::string(200000, '1')).message);
    CHECK(heard(world, note) == 1);
  }

  TEST_CASE("what was unsent when the link died is counted, and what had gone is not") {
    Scenario world;
    world.go_live();
    world.send("note", std::string(1000, '1'));
    world.run_for(milliseconds(60));
    world.server_closes(1006);
    CHECK(world.metrics().unconfirmed == 0);
    world.run_for(seconds(2));
    REQUIRE(world.state() == State::connected);
    world.hold_back();
    world.send("note", std::string(1000, '1'));
    world.run_for(milliseconds(60));
    world.server_closes(1006);
    CHECK(world.metrics().unconfirmed > 1000);
    CHECK(world.metrics().unconfirmed < 1100);
  }

  TEST_CASE(
      "a message that is too big for the server stops the dialling, if one went out just now") {
    for (const std::uint16_t code : {std::uint16_t{1009}, std::uint16_t{4413}}) {
      Scenario world;
      world.go_live();
      SUBCASE("within a second") {
        world.send("note", "1");
        world.run_for(seconds(1));
        world.server_closes(code);
        CHECK(world.phase() == Phase::refused);
        CHECK(world.status().error->kind == ErrorKind::message_too_big);
      }
      SUBCASE("longer ago") {
        world.send("note", "1");
        world.run_for(milliseconds(1001));
        world.server_closes(code);
        CHECK(world.phase() == Phase::waiting);
      }
    }
  }
}

TEST_SUITE("scenario: what the page wants") {
  TEST_CASE("a server that filters is told with the first word, and again on each link") {
    Scenario world;
    world.subscribe("call_update");
    world.subscribe("import_*");
    world.server.connected_extra = R"(,"features":["subscribe"])";
    world.connect();
    world.run_for(seconds(1));
    CHECK(heard(world, wishes) == 1);
    CHECK(world.server_heard[0].ends_with(R"("data":{"events":["call_update","import_*"]}})"));
    world.server_closes(1006);
    world.run_for(seconds(3));
    CHECK(heard(world, wishes) == 2);
  }

  TEST_CASE("a server without the feature is told nothing") {
    Scenario world;
    world.subscribe("call_update");
    world.go_live();
    world.subscribe("new_call");
    world.run_for(seconds(1));
    CHECK(heard(world, wishes) == 0);
  }

  TEST_CASE("changes are told at most once in 50 ms, and the last one always") {
    Scenario world;
    world.server.connected_extra = R"(,"features":["subscribe"])";
    world.go_live();
    for (int count = 0; count < 50; ++count) {
      world.subscribe("type" + std::to_string(count));
      world.run_for(milliseconds(2));
    }
    world.run_for(milliseconds(50));
    CHECK(heard(world, wishes) >= 2);
    CHECK(heard(world, wishes) <= 4);
    CHECK(world.server_heard.back().find("\"type49\"") != std::string::npos);
  }

  TEST_CASE("an unsubscribed type is neither delivered nor asked for any more") {
    Scenario world;
    world.server.connected_extra = R"(,"features":["subscribe"])";
    world.subscribe("new_call");
    world.connect();
    world.run_for(seconds(1));
    world.server_sends(R"({"type":"new_call","data":{}})");
    CHECK(world.delivered == 1);
    world.clear();
    world.unsubscribe("new_call");
    world.server_sends(R"({"type":"new_call","data":{}})");
    CHECK(world.delivered == 1);
    REQUIRE(heard(world, wishes) == 1);
    CHECK(world.server_heard[0].ends_with(R"("data":{"events":[]}})"));
  }

  TEST_CASE("more than 64 patterns are told as everything") {
    Scenario world;
    for (int count = 0; count < 65; ++count) world.subscribe("type" + std::to_string(count));
    world.server.connected_extra = R"(,"features":["subscribe"])";
    world.connect();
    world.run_for(seconds(1));
    REQUIRE(heard(world, wishes) == 1);
    CHECK(world.server_heard[0].ends_with(R"("data":{"events":["*"]}})"));
  }
}

// Messages that wait for the server's word: each ends once, and none is applied twice by our doing.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

std::string id_of(std::string_view frame) {
  const auto from = frame.find(R"("id":")") + 6;
  return std::string(frame.substr(from, frame.find('"', from) - from));
}

class Acks : public Scenario {
 public:
  Acks() { server.connected_extra = R"(,"features":["ack"])"; }
  // The ids of the messages that reached the server since the last clear().
  std::vector<std::string> heard() const {
    std::vector<std::string> ids;
    for (const std::string& frame : server_heard) {
      if (frame.starts_with(R"({"type":"ask")")) ids.push_back(id_of(frame));
    }
    return ids;
  }
  void ack(std::string_view id, std::string_view outcome = "done",
           std::string_view result = R"({"n":1})") {
    server_sends(R"({"type":"ack","id":")" + std::string(id) + R"(","data":{"outcome":")" +
                 std::string(outcome) + R"(","result":)" + std::string(result) + "}}");
  }
  std::vector<Settle> settled() const { return told<Settle>(); }
};

}  // namespace

TEST_SUITE("scenario: the server's word to a message") {
  TEST_CASE("a message is done when the server says so, with its result") {
    Acks world;
    world.go_live();
    const SendResult result = world.ask("1");
    CHECK(world.settled().empty());
    REQUIRE(world.heard().size() == 1);
    const std::string id = world.heard()[0];
    CHECK(id.find('-') >= 8);
    CHECK(id.ends_with("-1"));
    SUBCASE("done") { world.ack(id); }
    SUBCASE("done before") { world.ack(id, "repeat"); }
    REQUIRE(world.settled().size() == 1);
    const Settle settle = world.settled()[0];
    CHECK(settle.message == result.message);
    const bool done = settle.outcome == SendOutcome::done;
    CHECK((done || settle.outcome == SendOutcome::repeated));
    CHECK(settle.detail == R"({"n":1})");
    CHECK(settle.id == id);
    world.ack(id);
    CHECK(world.settled().size() == 1);
  }

  TEST_CASE("a message that the server rejects carries the server's own words") {
    Acks world;
    world.go_live();
    world.ask("1");
    world.server_sends(R"({"type":"error","id":")" + world.heard()[0] +
                       R"(","data":{"code":"busy","message":"later","retry":true}})");
    REQUIRE(world.settled().size() == 1);
    CHECK(world.settled()[0].outcome == SendOutcome::rejected);
    CHECK(world.settled()[0].detail == R"({"code":"busy","message":"later","retry":true})");
  }

  TEST_CASE("what was not answered goes again on the next link, in order, before what is new") {
    Acks world;
    world.go_live();
    world.ask("1");
    world.ask("2");
    const auto first = world.heard();
    world.ack(first[0]);
    world.server_closes(1006);
    world.ask("3");
    world.clear();
    world.run_for(seconds(4));
    const auto again = world.heard();
    REQUIRE(again.size() == 2);
    CHECK(again[0] == first[1]);
    CHECK(again[1].ends_with("-3"));
    CHECK(world.metrics().sent == 3);
  }

  TEST_CASE("32 are in flight; the next goes out when one is answered") {
    Acks world;
    world.go_live();
    for (int message = 0; message < 40; ++message) world.ask("1");
    CHECK(world.heard().size() == 32);
    world.ack(world.heard()[5]);
    CHECK(world.heard().size() == 33);
    CHECK(world.metrics().queued_messages == 39);
  }

  TEST_CASE(
      "a message that nobody answered in time may have been applied; one never sent was not") {
    Acks world;
    SUBCASE("sent") {
      world.go_live();
      world.ask("1", seconds(3));
      world.run_for(seconds(3.1));
      REQUIRE(world.settled().size() == 1);
      CHECK(world.settled()[0].outcome == SendOutcome::unconfirmed);
      CHECK(world.settled()[0].id == world.heard()[0]);
      world.ack(world.heard()[0]);  // too late: it has ended
      CHECK(world.settled().size() == 1);
    }
    SUBCASE("never sent") {
      world.server = refuses();
      world.connect();
      world.ask("1", seconds(3));
      world.run_for(seconds(4));
      REQUIRE(world.settled().size() == 1);
      CHECK(world.settled()[0].outcome == SendOutcome::expired);
    }
    SUBCASE("sent, and then the application disconnects") {
      world.go_live();
      world.ask("1");
      world.disconnect();
      REQUIRE(world.settled().size() == 1);
      CHECK(world.settled()[0].outcome == SendOutcome::unconfirmed);
    }
  }

  TEST_CASE("a server that answers no messages is told none") {
    Scenario world;
    SUBCASE("known: at once") {
      world.go_live();
      CHECK(world.ask("1").outcome == SendOutcome::unsupported);
    }
    SUBCASE("not known yet: as soon as it is") {
      world.ask("1");
      world.send("note", "2");
      world.connect();
      world.run_for(seconds(1));
      const auto settled = world.told<Settle>();
      REQUIRE(settled.size() == 2);
      CHECK(settled[0].outcome == SendOutcome::unsupported);
      CHECK(settled[1].outcome == SendOutcome::sent);
    }
  }

  TEST_CASE("what one user sent goes out on no other's link") {
    Acks world;
    world.go_live();
    world.ask("1");
    world.clear();
    SUBCASE("as the application says") { world.set_identity("user-2"); }
    SUBCASE("as the server says") {
      world.server.user = "user-2";
      world.server_closes(1006);
    }
    world.run_for(seconds(4));
    REQUIRE(world.settled().size() == 1);
    CHECK(world.settled()[0].outcome == SendOutcome::identity_changed);
    CHECK(world.heard().empty());
  }

  TEST_CASE("ids of two pages differ") {
    const auto first_id = [](std::uint64_t seed) {
      Scenario world(World::default_options(), seed);
      world.server.connected_extra = R"(,"features":["ack"])";
      world.go_live();
      world.ask("1");
      for (const std::string& frame : world.server_heard) {
        if (frame.starts_with(R"({"type":"ask")")) return id_of(frame);
      }
      return std::string{};
    };
    CHECK(first_id(1) != first_id(2));
    CHECK(first_id(1) == first_id(1));
  }
}

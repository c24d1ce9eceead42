// Who is signed in: nobody, somebody, somebody else.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

TEST_SUITE("scenario: nobody signed in") {
  TEST_CASE("no token means idle, signed out, and everything queued is rejected") {
    Scenario world;
    world.provider = Provider::absent;
    world.connect();
    world.send("note", "1");
    world.run_for(seconds(1));
    CHECK(world.phase() == Phase::idle);
    CHECK(world.status().reason == Reason::signed_out);
    CHECK_FALSE(world.status().can_retry);
    const auto settled = world.told<Settle>();
    REQUIRE(settled.size() == 1);
    CHECK(settled[0].outcome == SendOutcome::disconnected);
    CHECK(world.send("note", "2").outcome == SendOutcome::disconnected);
  }

  TEST_CASE("whoever signs in is asked for again") {
    Scenario world;
    world.provider = Provider::absent;
    world.connect();
    world.run_for(seconds(1));
    world.provider = Provider::answers;
    SUBCASE("by connect") { world.connect(); }
    SUBCASE("by reconnect") { world.reconnect(); }
    SUBCASE("by setIdentity") { world.set_identity("user-1"); }
    SUBCASE("by tokenChanged") { world.token_changed(); }
    SUBCASE("when the page becomes visible") { world.signal(PageSignal::visible); }
    SUBCASE("when the network returns") { world.signal(PageSignal::online); }
    world.run_for(seconds(1));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("time alone asks nobody who is signed out") {
    Scenario world;
    world.provider = Provider::absent;
    world.connect();
    world.run_for(seconds(3600));
    CHECK(world.token_requests == 1);
    CHECK_FALSE(world.core().next_deadline());
  }

  TEST_CASE("setIdentity(null) before anybody asked for a link is simply idle") {
    Scenario world;
    world.set_identity(std::nullopt);
    CHECK(world.phase() == Phase::idle);
    CHECK(world.status().reason == Reason::signed_out);
  }

  TEST_CASE("setIdentity(null) after an absent token stays idle") {
    Scenario world;
    world.set_identity("user-1");
    world.run_for(seconds(1));
    world.provider = Provider::absent;
    world.run_for(seconds(1));
    world.reconnect();
    world.run_for(seconds(1));
    REQUIRE(world.phase() == Phase::idle);
    world.set_identity(std::nullopt);
    CHECK(world.phase() == Phase::idle);
  }
}

TEST_SUITE("scenario: identities") {
  TEST_CASE("logging out while dialling closes the dial and forgets the queue") {
    Scenario world;
    world.set_identity("user-1");
    world.server = hangs();
    world.run_for(milliseconds(100));
    REQUIRE(world.phase() == Phase::dialling);
    world.send("note", "1");
    world.clear();
    world.set_identity(std::nullopt);
    CHECK(world.phase() == Phase::idle);
    CHECK(world.told<CloseSocket>().size() == 1);
    const auto settled = world.told<Settle>();
    REQUIRE(settled.size() == 1);
    CHECK(settled[0].outcome == SendOutcome::identity_changed);
    world.run_for(seconds(3600));
    CHECK(world.dials == 1);
  }

  TEST_CASE("disconnect while a token is asked for abandons the request") {
    Scenario world;
    world.connect();
    world.disconnect();
    CHECK(world.phase() == Phase::closed);
    CHECK(world.told<AbandonToken>().size() == 1);
    world.run_for(seconds(60));
    CHECK(world.dials == 0);
  }

  TEST_CASE("a user switch while dialling asks for the new user's token and offers no other") {
    Scenario world;
    world.set_identity("user-1");
    world.server = hangs();
    world.run_for(milliseconds(100));
    world.server = speaks();
    world.clear();
    world.set_identity("user-2");
    CHECK(world.told<CloseSocket>().size() == 1);
    CHECK(world.told<RequestToken>().size() == 1);
    CHECK(world.told<IdentityChanged>().size() == 1);
    world.run_for(seconds(1));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("when the former user's last message came is not told to the next one") {
    Scenario world;
    world.set_identity("user-1");
    world.run_for(seconds(5));
    REQUIRE(world.core().metrics(world.now()).last_message_at.has_value());
    world.provider = Provider::hangs;
    world.set_identity("user-2");
    CHECK_FALSE(world.core().metrics(world.now()).last_message_at.has_value());
  }

  TEST_CASE("the same identity again changes nothing on a running link") {
    Scenario world;
    world.set_identity("user-1");
    world.run_for(seconds(1));
    world.clear();
    world.set_identity("user-1");
    CHECK(world.history.empty());
  }

  TEST_CASE("connected with another identity drops the queue before anything is sent") {
    Scenario world;
    world.go_live();
    world.server_closes(1006);
    world.send("note", R"({"for":"user-1"})");
    world.server.user = "user-2";
    world.clear();
    world.run_for(seconds(3));
    CHECK(world.state() == State::connected);
    const auto settled = world.told<Settle>();
    REQUIRE(settled.size() == 1);
    CHECK(settled[0].outcome == SendOutcome::identity_changed);
    CHECK(world.told<IdentityChanged>().size() == 1);
    const auto reconnected = world.told<Reconnected>();
    REQUIRE(reconnected.size() == 1);
    CHECK(reconnected[0].identity_changed);
    for (const std::string& frame : world.server_heard) {
      CHECK(frame.find("user-1") == std::string::npos);
    }
  }

  TEST_CASE("another tenant of the same user is another identity") {
    Scenario world;
    world.go_live();
    world.server_closes(1006);
    world.server.tenant = "tenant-2";
    world.run_for(seconds(3));
    CHECK(world.told<IdentityChanged>().size() == 1);
  }

  TEST_CASE("connected with the same identity keeps the queue and sends it in order") {
    Scenario world;
    world.go_live();
    world.server_closes(1006);
    for (const char* data : {"1", "2", "3"}) world.send("note", data);
    world.clear();
    world.run_for(seconds(3));
    std::string heard;
    for (const std::string& frame : world.server_heard) {
      if (frame.starts_with(R"({"type":"note")")) heard += frame[frame.size() - 2];
    }
    CHECK(heard == "123");
    CHECK(world.told<IdentityChanged>().empty());
  }
}

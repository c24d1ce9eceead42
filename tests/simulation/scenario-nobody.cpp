// Nobody is signed in: from the start, for a while, or as the provider says in the middle of a day.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

Options cookies() {
  Options options = World::default_options();
  options.has_token_provider = false;
  return options;
}

void check_idle(const Scenario& world) {
  CHECK(world.phase() == Phase::idle);
  CHECK(world.status().reason == Reason::signed_out);
  CHECK(world.token_requests == 0);
  CHECK(world.dials == 0);
}

// Signed out by the provider's answer.
void go_signed_out(Scenario& world) {
  world.provider = Provider::absent;
  world.connect();
  world.run_for(seconds(10));
  REQUIRE(world.phase() == Phase::idle);
  REQUIRE(world.token_requests == 1);
}

const std::string reauth_hour = R"(,"tokenExpiresInMs":3600000,"features":["reauth"])";

}  // namespace

TEST_SUITE("scenario: an application that starts with nobody signed in") {
  TEST_CASE("asks for no token and dials nothing, whatever is tried, until somebody signs in") {
    for (const bool has_provider : {true, false}) {
      CAPTURE(has_provider);
      Scenario world(has_provider ? World::default_options() : cookies());
      world.adopt(std::nullopt);
      CHECK(world.status().reason == Reason::signed_out);
      world.connect();
      check_idle(world);
      world.reconnect();
      world.run_for(seconds(2));
      check_idle(world);
      world.token_changed();
      check_idle(world);
      world.set_identity(std::nullopt);
      check_idle(world);
      for (const PageSignal signal : {PageSignal::online, PageSignal::visible, PageSignal::frozen,
                                      PageSignal::resumed, PageSignal::page_shown}) {
        world.signal(signal);
        world.run_for(seconds(10));
      }
      check_idle(world);
      CHECK_FALSE(world.core().next_deadline());
      world.set_identity("user-1");
      world.run_for(seconds(1));
      CHECK(world.state() == State::connected);
      CHECK(world.dials == 1);
    }
  }

  TEST_CASE("takes no messages, not even while the page is away") {
    Scenario world;
    world.adopt(std::nullopt);
    world.connect();
    CHECK(world.send("note", "1").outcome == SendOutcome::disconnected);
    world.signal(PageSignal::page_hidden);
    CHECK(world.send("note", "2").outcome == SendOutcome::disconnected);
    CHECK(world.metrics().queued_messages == 0);
  }

  TEST_CASE("a disconnection outlives a sign-out, and what leads out of it leads to idle") {
    Scenario world;
    world.set_identity("user-1");
    world.run_for(seconds(2));
    world.disconnect();
    world.set_identity(std::nullopt);
    CHECK(world.phase() == Phase::closed);
    CHECK(world.status().reason == Reason::application);
    SUBCASE("connect") { world.connect(); }
    SUBCASE("reconnect") { world.reconnect(); }
    world.run_for(seconds(2));
    CHECK(world.phase() == Phase::idle);
    CHECK(world.dials == 1);
  }
}

TEST_SUITE("scenario: signed out by the provider") {
  TEST_CASE("the page that comes back from the sign-in page asks for the token, and asks once") {
    Scenario world;
    go_signed_out(world);
    for (const PageSignal departure : {PageSignal::page_hidden, PageSignal::frozen}) {
      const auto requests = world.token_requests;
      world.signal(departure);
      world.run_for(seconds(60));
      CHECK(world.token_requests == requests);
      for (const PageSignal arrival :
           {PageSignal::resumed, PageSignal::visible, PageSignal::page_shown}) {
        world.signal(arrival);
        world.run_for(milliseconds(1));
      }
      world.run_for(seconds(600));
      CHECK(world.token_requests == requests + 1);
      CHECK(world.phase() == Phase::idle);
    }
    world.signal(PageSignal::page_hidden);
    world.provider = Provider::answers;
    world.signal(PageSignal::resumed);
    world.run_for(seconds(6));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("the page whose user signed out as well asks nobody on its return") {
    Scenario world;
    go_signed_out(world);
    world.set_identity(std::nullopt);
    world.signal(PageSignal::frozen);
    world.signal(PageSignal::resumed);
    world.run_for(seconds(60));
    CHECK(world.token_requests == 1);
  }

  TEST_CASE("a provider that says \"nobody\" to a renewal ends the link and all that waits") {
    Scenario world;
    world.server.connected_extra = reauth_hour;
    world.go_live();
    world.hold_back();
    for (int count = 0; count < 12; ++count) world.send("note", std::string(10000, '1'));
    REQUIRE(world.metrics().queued_messages > 0);
    world.clear();
    world.provider = Provider::absent;
    SUBCASE("when tokenChanged asks") { world.token_changed(); }
    SUBCASE("at its planned time") {
      world.let_flow();
      world.run_for(seconds(2890));
    }
    world.run_for(seconds(1));
    CHECK(world.phase() == Phase::idle);
    CHECK(world.status().reason == Reason::signed_out);
    const auto closes = world.told<CloseSocket>();
    REQUIRE(closes.size() == 1);
    CHECK(closes[0].code == 1000);
    CHECK(world.metrics().queued_messages == 0);
    CHECK_FALSE(world.core().next_deadline());
  }
}

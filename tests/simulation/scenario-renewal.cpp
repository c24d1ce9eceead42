// Renewal in-band: what was planned takes place, what was only offered was not refused, and a
// server whose tokens live no time is not asked without end.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

std::string reauth(const std::string& lifetime_ms) {
  return R"(,"tokenExpiresInMs":)" + lifetime_ms + R"(,"features":["reauth"])";
}

}  // namespace

TEST_SUITE("scenario: a planned renewal") {
  TEST_CASE("takes place at its time, whatever tokenChanged() had found before") {
    Scenario world;
    world.server.connected_extra = reauth("40000");
    world.go_live();
    SUBCASE("the same token") { world.provider = Provider::same; }
    SUBCASE("a provider that failed") { world.provider = Provider::rejects; }
    SUBCASE("a provider that hung") { world.provider = Provider::hangs; }
    world.token_changed();
    world.run_for(seconds(1));
    CHECK(world.forced_requests == 0);
    world.provider = Provider::answers;
    world.run_for(seconds(31));
    CHECK(world.forced_requests == 1);
    CHECK(world.told<SendAuth>().size() == 1);
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("is not moved to the front by tokenChanged() with an unchanged token") {
    Scenario world;
    world.server.connected_extra = reauth("3600000");
    world.go_live();
    world.provider = Provider::same;
    world.token_changed();
    world.run_for(seconds(2870));
    CHECK(world.forced_requests == 0);
    world.provider = Provider::answers;
    world.run_for(seconds(20));
    CHECK(world.forced_requests == 1);
    CHECK(world.told<SendAuth>().size() == 1);
  }

  TEST_CASE("is asked for although an answer to tokenChanged() is still awaited") {
    Scenario world;
    world.server.connected_extra = reauth("20000");
    world.go_live();
    world.provider = Provider::hangs;
    world.token_changed();
    world.provider = Provider::answers;
    world.run_for(seconds(16));
    CHECK(world.forced_requests == 1);
    CHECK(world.told<SendAuth>().size() == 1);
  }

  TEST_CASE("of tokens that live no time is asked for less and less often") {
    for (const std::string lifetime : {"0", "500"}) {
      CAPTURE(lifetime);
      Scenario world;
      world.server.connected_extra = reauth(lifetime);
      world.server.authed_lifetime = 0;
      world.go_live();
      world.run_for(seconds(60));
      CHECK(world.token_requests >= 4);
      CHECK(world.token_requests <= 10);
      world.run_for(seconds(3540));
      CHECK(world.token_requests <= 30);
      CHECK(world.state() == State::connected);
      // A server that has come to its senses is believed.
      world.server_sends(R"({"type":"authed","data":{"expiresInMs":3600000}})");
      const auto requests = world.token_requests;
      world.run_for(seconds(2870));
      CHECK(world.token_requests == requests);
      world.run_for(seconds(20));
      CHECK(world.token_requests > requests);
    }
  }

  TEST_CASE("is none of a cookie session's, whose host has no tokens to ask for") {
    Options options = World::default_options();
    options.has_token_provider = false;
    Scenario world(options);
    world.server.connected_extra = reauth("40000");
    world.go_live();
    world.token_changed();
    world.run_for(seconds(60));
    CHECK(world.token_requests == 0);
    CHECK(world.state() == State::connected);
  }
}

TEST_SUITE("scenario: a rejection that crosses a renewal") {
  TEST_CASE("is about the token that the server had, and the one just sent is dialled with") {
    Scenario world;
    world.server.connected_extra = reauth("3600000");
    world.go_live();
    world.rotate_token();
    world.provider = Provider::same;
    world.token_changed();
    world.run_for(milliseconds(50));
    REQUIRE(world.told<SendAuth>().size() == 1);
    world.server_closes(4401);
    CHECK(world.phase() == Phase::waiting);
    world.run_for(seconds(2));
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 2);
    CHECK(world.forced_requests == 1);
  }

  TEST_CASE("is about the renewed one once the server has said that it took it") {
    Scenario world;
    world.server.connected_extra = reauth("3600000");
    world.server.authed_lifetime = 3600000;
    world.go_live();
    world.rotate_token();
    world.provider = Provider::same;
    world.token_changed();
    world.run_for(milliseconds(200));
    REQUIRE(world.told<SendAuth>().size() == 1);
    world.server_closes(4401);
    world.run_for(seconds(2));
    CHECK(world.phase() == Phase::refused);
    CHECK(world.dials == 1);
  }

  TEST_CASE("finds the provider still asked, and waits for no answer to that") {
    Scenario world;
    world.server.connected_extra = reauth("3600000");
    world.go_live();
    world.provider_delay = seconds(3);
    world.token_changed();
    world.clear();
    world.server_closes(4401);
    CHECK(world.told<AbandonToken>().size() == 1);
    world.provider_delay = milliseconds(30);
    world.run_for(seconds(4));
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 2);
  }
}

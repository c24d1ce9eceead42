// Tokens: rejected, hung, invalid, renewed.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

const std::string reauth_hour = R"(,"tokenExpiresInMs":3600000,"features":["reauth"])";

}  // namespace

TEST_SUITE("scenario: tokens") {
  TEST_CASE("a token rejected once is replaced within a second and the link is live") {
    Scenario world;
    world.server = rejects_token();
    world.connect();
    world.run_for(milliseconds(75));
    CHECK(world.phase() == Phase::waiting);
    CHECK(world.until_retry() <= seconds(1));
    CHECK(world.status().attempt == 0);
    CHECK(world.status().error->kind == ErrorKind::auth_rejected);
    world.server = speaks();
    world.run_for(milliseconds(1100));
    CHECK(world.state() == State::connected);
    CHECK(world.token_requests == 2);
    CHECK(world.forced_requests == 1);
    CHECK(world.status().attempt == 0);
  }

  TEST_CASE("each of 4401, 3000 and 1008 means a rejected token") {
    constexpr std::uint16_t codes[] = {4401, 3000, 1008};
    for (const std::uint16_t code : codes) {
      Scenario world;
      world.server = rejects_token(code);
      world.connect();
      world.run_for(seconds(60));
      CHECK(world.phase() == Phase::refused);
      CHECK(world.dials == 2);
      CHECK(world.status().error->kind == ErrorKind::auth_rejected);
      CHECK(world.status().error->code == code);
    }
  }

  TEST_CASE("a second rejection before proof is final until somebody acts") {
    Scenario world;
    world.server = rejects_token();
    world.connect();
    world.run_for(seconds(3600));
    CHECK(world.phase() == Phase::refused);
    CHECK(world.dials == 2);
    for (const PageSignal signal : {PageSignal::visible, PageSignal::online}) world.signal(signal);
    world.run_for(seconds(60));
    CHECK(world.phase() == Phase::refused);
    world.server = speaks();
    SUBCASE("reconnect") { world.reconnect(); }
    SUBCASE("tokenChanged") { world.token_changed(); }
    SUBCASE("setIdentity") { world.set_identity("user-1"); }
    SUBCASE("connect") { world.connect(); }
    world.run_for(seconds(1));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("a rejection after proof is a first one again") {
    Scenario world;
    world.server = rejects_token();
    world.connect();
    world.run_for(milliseconds(75));
    world.server = speaks();
    world.run_for(seconds(62));
    REQUIRE(world.state() == State::connected);
    world.server_closes(4401);
    CHECK(world.phase() == Phase::authenticating);
    world.run_for(seconds(2));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("a usable link that has not lasted does not excuse a second rejection") {
    Scenario world;
    world.server = rejects_token();
    world.connect();
    world.run_for(milliseconds(75));
    world.server = speaks();
    world.run_for(seconds(5));
    REQUIRE(world.state() == State::connected);
    world.server_closes(4401);
    CHECK(world.phase() == Phase::refused);
  }

  TEST_CASE("a refreshed token equal to the rejected one is not offered again") {
    Scenario world;
    world.provider = Provider::same;
    world.server = rejects_token();
    world.connect();
    world.run_for(seconds(60));
    CHECK(world.phase() == Phase::refused);
    CHECK(world.status().error->kind == ErrorKind::auth_rejected);
    CHECK(world.dials == 1);
    CHECK(world.token_requests == 2);
    CHECK(world.told<AbandonToken>().size() == 1);
  }

  TEST_CASE("a dial that fails after a rejection is no second rejection") {
    Scenario world;
    world.server = rejects_token();
    world.connect();
    world.run_for(milliseconds(75));
    world.server = refuses();
    world.run_for(milliseconds(1075));
    CHECK(world.phase() == Phase::waiting);
    CHECK(world.status().attempt == 1);
    world.server = speaks();
    world.run_for(seconds(3));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("a cookie session that is rejected dials once more and then stops") {
    Options options = World::default_options();
    options.has_token_provider = false;
    Scenario world(options);
    world.server = rejects_token();
    world.connect();
    CHECK(world.phase() == Phase::dialling);
    world.run_for(seconds(60));
    CHECK(world.phase() == Phase::refused);
    CHECK(world.dials == 2);
    CHECK(world.token_requests == 0);
  }

  TEST_CASE("a token promise that hangs is abandoned at its time and asked anew, for ever") {
    Scenario world;
    world.provider = Provider::hangs;
    world.connect();
    world.run_for(milliseconds(29999));
    CHECK(world.phase() == Phase::authenticating);
    world.run_for(milliseconds(1));
    CHECK(world.phase() == Phase::waiting);
    CHECK(world.status().error->kind == ErrorKind::token_unavailable);
    CHECK(world.status().attempt == 1);
    CHECK(world.told<AbandonToken>().size() == 1);
    world.provider = Provider::answers;
    world.run_for(seconds(2));
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("the late answer of an abandoned request is ignored") {
    Scenario world;
    world.provider_delay = seconds(31);
    world.connect();
    world.run_for(seconds(30.5));
    CHECK(world.phase() == Phase::waiting);
    world.run_for(seconds(0.6));
    CHECK(world.dials == 0);
    world.provider_delay = milliseconds(30);
    world.run_for(seconds(60));
    CHECK(world.state() == State::connected);
    CHECK(world.dials == 1);
  }

  TEST_CASE("the late answer to an older request does not answer the newer one") {
    Scenario world;
    world.provider = Provider::hangs;
    world.connect();
    world.run_for(seconds(2));
    world.reconnect();
    REQUIRE(world.token_requests == 2);
    world.deliver_token(TokenRequestId{1}, {TokenResult::Kind::token, 7, {}});
    CHECK(world.phase() == Phase::authenticating);
    world.deliver_token(TokenRequestId{2}, {TokenResult::Kind::token, 8, {}});
    CHECK(world.phase() == Phase::dialling);
    world.deliver_token(TokenRequestId{2}, {TokenResult::Kind::token, 8, {}});
    CHECK(world.dials == 1);
  }

  TEST_CASE("token requests that fail are failed attempts, and exhaust like dials") {
    Scenario world;
    world.provider = Provider::rejects;
    world.connect();
    world.run_for(seconds(400));
    CHECK(world.state() == State::disconnected);
    CHECK(world.status().reason == Reason::exhausted);
    CHECK(world.status().error->cause == ErrorKind::token_unavailable);
    CHECK(world.dials == 0);
    CHECK(world.token_requests >= 11);
  }

  TEST_CASE("a token that no subprotocol can carry stops at once with its error") {
    Scenario world;
    world.provider = Provider::invalid;
    world.connect();
    world.run_for(seconds(1));
    CHECK(world.phase() == Phase::refused);
    CHECK(world.status().error->kind == ErrorKind::token_invalid);
    CHECK(world.dials == 0);
  }

  TEST_CASE("three dials that never opened ask once for a fresh token") {
    Scenario world;
    world.server = refuses();
    world.connect();
    while (world.dials < 3) world.run_next(seconds(60));
    CHECK(world.forced_requests == 0);
    while (world.dials < 8) world.run_next(seconds(60));
    CHECK(world.forced_requests == 1);
    const auto requests = world.told<RequestToken>();
    REQUIRE(requests.size() >= 4);
    CHECK(requests[3].force_refresh);
  }

  TEST_CASE("a dial that opened starts the count of unopened ones anew") {
    Scenario world;
    world.server = refuses();
    world.connect();
    while (world.dials < 2) world.run_next(seconds(60));
    world.server = accepts_then_closes();
    while (world.dials < 3) world.run_next(seconds(60));
    world.server = refuses();
    while (world.dials < 6) world.run_next(seconds(60));
    CHECK(world.forced_requests == 0);
    while (world.dials < 7) world.run_next(seconds(60));
    CHECK(world.forced_requests == 1);
  }

  TEST_CASE("a fresh token that could not be had after three unopened dials is still owed") {
    Scenario world;
    world.server = refuses();
    world.connect();
    while (world.dials < 3) world.run_next(seconds(60));
    SUBCASE("the provider failed") { world.provider = Provider::rejects; }
    SUBCASE("the provider hung") { world.provider = Provider::hangs; }
    while (world.forced_requests < 3) REQUIRE(world.run_next(seconds(60)));
    CHECK(world.token_requests == 6);
    world.provider = Provider::answers;
    while (world.dials < 6) REQUIRE(world.run_next(seconds(100)));
    // Answered once, it is owed no more.
    CHECK(world.forced_requests == 4);
    CHECK(world.token_requests == 9);
  }

  TEST_CASE("Retry after three unopened dials asks for a fresh token, also where one was had") {
    Scenario world;
    world.server = refuses();
    world.connect();
    while (world.dials < 5) world.run_next(seconds(60));
    world.run_for(seconds(1.5));
    REQUIRE(world.forced_requests == 1);
    world.reconnect();
    world.run_for(seconds(1.1));
    CHECK(world.forced_requests == 2);
  }

  TEST_CASE("what failed for one person counts for nothing of the next") {
    Scenario world;
    world.set_identity("user-1");
    SUBCASE("unopened dials force no token") {
      world.server = refuses();
      while (world.dials < 3) REQUIRE(world.run_next(seconds(60)));
      world.run_for(seconds(1));
      world.set_identity("user-2");
      while (world.dials < 4) REQUIRE(world.run_next(seconds(60)));
      CHECK(world.forced_requests == 0);
    }
    SUBCASE("timeouts give no dial more time") {
      world.server = hangs();
      while (world.dials < 3) REQUIRE(world.run_next(seconds(60)));
      world.run_for(seconds(1));
      world.set_identity("user-2");
      while (world.phase() != Phase::dialling) REQUIRE(world.run_next(seconds(60)));
      CHECK((world.core().next_deadline()->monotonic - world.now().monotonic).count() ==
            doctest::Approx(15000));
    }
  }
}

TEST_SUITE("scenario: renewal on the running link") {
  TEST_CASE("a new token is sent in-band at 80 % of its life, again and again") {
    Scenario world;
    world.server.connected_extra = reauth_hour;
    world.server.authed_lifetime = 3600000;
    world.go_live();
    world.run_for(seconds(2878));
    CHECK(world.told<SendAuth>().empty());
    world.run_for(seconds(3));
    CHECK(world.told<SendAuth>().size() == 1);
    CHECK(world.forced_requests == 1);
    world.run_for(seconds(2880));
    CHECK(world.told<SendAuth>().size() == 2);
    CHECK(world.dials == 1);
  }

  TEST_CASE("a sleep that only the wall clock saw counts toward the token's life") {
    Scenario world;
    world.server.connected_extra = reauth_hour;
    world.go_live();
    world.sleep(seconds(2900), false);
    world.run_for(seconds(31));
    CHECK(world.told<SendAuth>().size() == 1);
  }

  TEST_CASE("without the feature nothing is planned") {
    Scenario world;
    world.server.connected_extra = R"(,"tokenExpiresInMs":60000)";
    world.go_live();
    world.run_for(seconds(3600));
    CHECK(world.token_requests == 1);
  }

  TEST_CASE("a renewal that hangs or fails ends nothing and is asked again") {
    Scenario world;
    world.server.connected_extra = reauth_hour;
    world.go_live();
    SUBCASE("hangs") { world.provider = Provider::hangs; }
    SUBCASE("rejects") { world.provider = Provider::rejects; }
    SUBCASE("gives the same token") { world.provider = Provider::same; }
    world.run_for(seconds(2950));
    CHECK(world.state() == State::connected);
    CHECK(world.told<SendAuth>().empty());
    world.provider = Provider::answers;
    world.run_for(seconds(640));
    CHECK(world.told<SendAuth>().size() == 1);
    CHECK(world.dials == 1);
  }

  TEST_CASE("tokenChanged sends the new token at once where the server can take it") {
    Scenario world;
    world.server.connected_extra = reauth_hour;
    world.go_live();
    world.provider = Provider::answers;
    world.token_changed();
    world.run_for(seconds(1));
    CHECK(world.token_requests == 2);
  }

  TEST_CASE("a renewal is abandoned with its link") {
    Scenario world;
    world.server.connected_extra = reauth_hour;
    world.go_live();
    world.provider = Provider::hangs;
    world.token_changed();
    world.server_closes(1006);
    CHECK(world.told<AbandonToken>().size() == 1);
  }

  TEST_CASE("a renewal that becomes due while one is asked for abandons the older") {
    Scenario world;
    world.server.connected_extra = reauth_hour;
    world.go_live();
    world.provider = Provider::hangs;
    world.token_changed();
    world.server_sends(R"({"type":"authed","data":{"expiresInMs":5000}})");
    world.run_for(seconds(5));
    CHECK(world.token_requests == 3);
    CHECK(world.told<AbandonToken>().size() == 1);
  }
}

// An address that the application makes for each dial: asked for beside the token, or alone.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

Options asks_address(bool has_token_provider = true) {
  Options options = World::default_options();
  options.has_token_provider = has_token_provider;
  options.has_url_provider = true;
  return options;
}

}  // namespace

TEST_SUITE("scenario: an address for each dial") {
  TEST_CASE(
      "it is asked for with the number of the attempt, dialled whole and shown without query") {
    for (const bool has_token_provider : {true, false}) {
      Scenario world(asks_address(has_token_provider));
      world.server = refuses();
      CHECK(world.status().endpoint.empty());
      world.connect();
      CHECK(world.phase() == Phase::authenticating);
      while (world.dials < 3) REQUIRE(world.run_next(seconds(60)));
      const auto requests = world.told<RequestToken>();
      const auto dials = world.told<OpenSocket>();
      for (std::size_t dial = 0; dial < 3; ++dial) {
        CHECK(requests[dial].attempt == static_cast<int>(dial));
        CHECK(dials[dial].url == "wss://rt.example.com/ws?ticket=7");
        CHECK(dials[dial].token == requests[dial].request);
      }
      CHECK(world.status().endpoint == "wss://rt.example.com/ws");
      CHECK(world.status().environment == Environment::production);
    }
  }

  TEST_CASE("a path is one on the page's host, and where the page has none it may be absolute") {
    Options options = asks_address();
    SUBCASE("path") {
      Scenario world(options);
      world.address = "/live?ticket=7";
      world.go_live();
      CHECK(world.status().endpoint == "wss://app.example.com/live");
    }
    SUBCASE("absolute") {
      options.page = "about:blank";
      Scenario world(options);
      world.go_live();
      CHECK(world.status().endpoint == "wss://rt.example.com/ws");
    }
  }

  TEST_CASE("what makes it may fail: a failed attempt, asked again after a wait") {
    for (const bool has_token_provider : {true, false}) {
      Scenario world(asks_address(has_token_provider));
      world.provider = Provider::lost;
      world.connect();
      world.run_for(milliseconds(100));
      CHECK(world.phase() == Phase::waiting);
      CHECK(world.status().attempt == 1);
      CHECK(world.status().error->kind == ErrorKind::network);
      world.provider = Provider::same;
      world.run_for(seconds(2));
      CHECK(world.phase() == Phase::ready);
    }
  }

  TEST_CASE("what makes it may hang: then the time for tokens ends it") {
    for (const bool has_token_provider : {true, false}) {
      Scenario world(asks_address(has_token_provider));
      world.provider = Provider::hangs;
      world.connect();
      world.run_for(seconds(30));
      CHECK(world.phase() == Phase::waiting);
      CHECK(world.told<AbandonToken>().size() == 1);
      CHECK(world.status().error->kind ==
            (has_token_provider ? ErrorKind::token_unavailable : ErrorKind::network));
      CHECK(world.status().error->detail == "nothing came within tokenTimeoutMs");
    }
  }

  TEST_CASE("a wrong address is the end, by name and without its text, until somebody connects") {
    struct Case {
      std::string address;
      ErrorKind kind;
    };
    const std::string secret = "?ticket=secret";
    for (const Case& each : {Case{"", ErrorKind::endpoint_invalid},
                             Case{"rt.example.com" + secret, ErrorKind::endpoint_invalid},
                             Case{"ftp://rt.example.com/" + secret, ErrorKind::endpoint_invalid},
                             Case{"ws://rt.example.com/" + secret, ErrorKind::insecure_endpoint},
                             Case{"/" + std::string(2048, 'x'), ErrorKind::endpoint_invalid}}) {
      CAPTURE(each.address);
      Scenario world(asks_address());
      world.address = each.address;
      world.connect();
      world.run_for(milliseconds(100));
      CHECK(world.phase() == Phase::refused);
      CHECK(world.status().error->kind == each.kind);
      CHECK(world.status().error->detail.find("secret") == std::string::npos);
      CHECK(world.status().endpoint.empty());
      CHECK(world.dials == 0);
      world.address = "wss://rt.example.com/ws";
      world.connect();
      world.run_for(seconds(1));
      CHECK(world.phase() == Phase::ready);
    }
  }

  TEST_CASE("a renewal of the token asks for no address") {
    Scenario world(asks_address());
    world.server.connected_extra = R"(,"features":["reauth"],"tokenExpiresInMs":60000)";
    world.go_live();
    world.clear();
    world.run_for(seconds(60));
    REQUIRE_FALSE(world.told<RequestToken>().empty());
    CHECK(world.told<RequestToken>()[0].attempt == -1);
  }

  TEST_CASE("a cookie session whose link is rejected asks once more, and again is the end") {
    Scenario world(asks_address(false));
    world.server = rejects_token();
    world.connect();
    world.run_for(seconds(10));
    CHECK(world.phase() == Phase::refused);
    CHECK(world.status().error->kind == ErrorKind::auth_rejected);
    CHECK(world.dials == 2);
  }
}

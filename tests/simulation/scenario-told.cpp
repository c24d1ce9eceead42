// What people are told of ordinary days: restarts and expired tokens are no faults, and ten
// thousand complaints are not ten thousand lines.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

ErrorKind kind_of(const Scenario& world) {
  REQUIRE(world.status().error);
  return world.status().error->kind;
}

std::vector<std::string> lines(const Scenario& world, std::string_view part) {
  std::vector<std::string> found;
  for (const Log& log : world.told<Log>()) {
    if (log.text.find(part) != std::string::npos) found.push_back(log.text);
  }
  return found;
}

constexpr std::string_view misfit = R"({"type":"import_error","data":{"importId":"i"}})";
constexpr std::string_view complaint =
    R"({"type":"error","data":{"code":"rate","message":"slow down"}})";

}  // namespace

TEST_SUITE("scenario: what an ordinary end is called") {
  TEST_CASE("a restart is a restart, and shows nobody the server's JSON") {
    constexpr std::uint16_t codes[] = {1012, 1013};
    for (const std::uint16_t code : codes) {
      Scenario world;
      world.go_live_and_prove();
      world.server_closes(code, R"({"retryAfterMs":5000,"spreadMs":2000})");
      CHECK(world.state() == State::reconnecting);
      CHECK(kind_of(world) == ErrorKind::restarting);
      CHECK(world.status().error->code == code);
      CHECK(world.status().error->detail.find('{') == std::string::npos);
    }
  }

  TEST_CASE("so is the end of a server that announced it and never closed") {
    Scenario world;
    world.go_live_and_prove();
    world.server_sends(going_away_frame(5000, 0));
    world.run_for(seconds(36));
    CHECK(world.phase() == Phase::waiting);
    CHECK(kind_of(world) == ErrorKind::restarting);
  }

  TEST_CASE("a reason is shown where it is in words, and never where it is JSON of any kind") {
    const auto shown = [](std::string_view reason) {
      Scenario world;
      world.go_live_and_prove();
      world.server_closes(1011, reason);
      return world.status().error->detail;
    };
    for (const std::string_view reason :
         {R"({"a":1})", R"( {"a":1})", "\t{", R"([{"a":1}])", "[1,2]", "[", "[]", R"("bye")", ""}) {
      CAPTURE(std::string(reason));
      CHECK(shown(reason).empty());
    }
    for (const std::string_view reason : {"bye", "[planned] new disks", "see (a) [b] {c}"}) {
      CHECK(shown(reason) == reason);
    }
  }

  TEST_CASE("a close that is followed by a dial tells nobody that the server wants none") {
    constexpr std::uint16_t codes[] = {1000, 1001, 1011, 1012, 1013, 4408, 4429, 4500};
    for (const std::uint16_t code : codes) {
      CAPTURE(code);
      Scenario world;
      world.go_live_and_prove();
      world.server_closes(code, R"({"retryAfterMs":0})");
      REQUIRE(world.phase() == Phase::waiting);
      const ErrorText text = describe(world.status().error->kind);
      CHECK(text.message.find("not want") == std::string_view::npos);
      CHECK(world.status().error->detail.find('{') == std::string::npos);
    }
  }

  TEST_CASE(
      "a token that a lasting link was closed for has expired: the next one is asked at once") {
    Scenario world;
    world.go_live_and_prove();
    world.server_closes(4401);
    CHECK(world.phase() == Phase::authenticating);
    CHECK(kind_of(world) == ErrorKind::token_expired);
    CHECK(world.status().attempt == 0);
    CHECK(world.forced_requests == 1);
    SUBCASE("a server that takes the renewed one is live again") {
      world.run_for(milliseconds(100));
      CHECK(world.state() == State::connected);
    }
    SUBCASE("a server that refuses the renewed one as well has refused us") {
      world.server = rejects_token();
      world.run_for(seconds(60));
      CHECK(world.phase() == Phase::refused);
      CHECK(kind_of(world) == ErrorKind::auth_rejected);
      CHECK(world.dials == 2);
    }
  }
}

TEST_SUITE("scenario: lines in the log") {
  TEST_CASE(
      "ten thousand payloads that do not fit are a line a second, with the count of the rest") {
    Options options = World::default_options();
    options.validate = Validate::report;
    Scenario world(options);
    world.go_live();
    world.subscribe("*");
    for (int frame = 0; frame < 3; ++frame) world.server_sends(misfit);
    CHECK(lines(world, "does not fit").size() == 1);
    world.run_for(seconds(1.1));
    world.server_sends(misfit);
    const auto both = lines(world, "does not fit");
    REQUIRE(both.size() == 2);
    CHECK(both[1].find('2') != std::string::npos);
    for (int frame = 0; frame < 10000; ++frame) {
      world.skip(milliseconds(1));
      world.server_sends(misfit);
    }
    CHECK(lines(world, "does not fit").size() <= 13);
    CHECK(world.metrics().invalid == 10004);
  }

  TEST_CASE("a server that reports errors without end fills no log") {
    Scenario world;
    world.go_live();
    for (int frame = 0; frame < 10000; ++frame) {
      world.skip(milliseconds(1));
      world.server_sends(complaint);
    }
    const auto all = lines(world, "rate");
    CHECK(all.size() >= 10);
    CHECK(all.size() <= 12);
  }
}

// Frames: what is delivered, dropped, counted or control; and what a close code leads to.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

using Action = FrameVerdict::Action;

Action deliver(Scenario& world, std::string_view text) {
  return world.deliver_frame(world.live()->id, {text, text.size(), true}).action;
}

constexpr std::string_view call = R"({"type":"new_call","data":{}})";

}  // namespace

TEST_SUITE("scenario: frames") {
  TEST_CASE("only what somebody subscribed to is delivered, and nothing else is even read whole") {
    Scenario world;
    world.go_live();
    const std::string_view head = R"({"type":"new_call","data":{"callId":)";
    const SocketId socket = world.live()->id;
    CHECK(world.deliver_frame(socket, {head, 5000, false}).action == Action::drop);
    world.subscribe("new_call");
    CHECK(world.deliver_frame(socket, {head, 5000, false}).action == Action::deliver);
    CHECK(world.core().current_type() == "new_call");
    CHECK(world.metrics().delivered == 1);
    CHECK(world.metrics().dropped == 2);  // `connected` was one
  }

  TEST_CASE("an unknown type goes to its subscribers as it is") {
    Scenario world;
    world.go_live();
    world.subscribe("__proto__");
    CHECK(deliver(world, R"({"type":"__proto__","data":{}})") == Action::deliver);
  }

  TEST_CASE("malformed frames are counted, close nothing and reach nobody") {
    Scenario world;
    world.go_live();
    world.subscribe("*");
    const std::string long_type = R"({"type":")" + std::string(65, 'x') + R"("})";
    const std::string_view frames[] = {"",
                                       "{",
                                       "[]",
                                       "null",
                                       "\xEF\xBB\xBF{\"type\":\"a\"}",
                                       R"({"type":5})",
                                       R"({"type":""})",
                                       R"({"data":{}})",
                                       long_type};
    for (const std::string_view frame : frames) {
      CAPTURE(frame);
      CHECK(deliver(world, frame) == Action::drop);
    }
    CHECK(world.metrics().malformed == std::size(frames));
    CHECK(world.core().malformed_samples().size() == 5);
    CHECK(world.state() == State::connected);
    CHECK(world.delivered == 0);
  }

  TEST_CASE("a sample of a malformed frame holds no value of it") {
    Scenario world;
    world.go_live();
    deliver(world, R"({"type":5,"data":{"secret":"hunter2-and-more"}})");
    REQUIRE(world.core().malformed_samples().size() == 1);
    CHECK(world.core().malformed_samples().front().find("hunter2") == std::string::npos);
    for (const Output& output : world.history) {
      if (const Log* log = std::get_if<Log>(&output)) {
        CHECK(log->text.find("hunter2") == std::string::npos);
      }
    }
  }

  TEST_CASE(
      "a frame over maxMessageBytes is malformed before it is read, and one at the bound is not") {
    Options options = World::default_options();
    options.max_message_bytes = 100;
    Scenario world(options);
    world.subscribe("new_call");
    world.connect();
    world.run_for(milliseconds(75));
    const SocketId socket = world.live()->id;
    deliver(world, call);
    CHECK(world.deliver_frame(socket, {call, 101, false}).action == Action::drop);
    CHECK(world.metrics().malformed == 2);  // `connected` was one
    CHECK(world.deliver_frame(socket, {call, 100, false}).action == Action::deliver);
  }

  TEST_CASE(
      "a delivered frame that the page could not parse is taken back and counted as malformed") {
    Scenario world;
    world.go_live();
    world.subscribe("new_call");
    const std::string_view head = R"({"type":"new_call","data":)";
    const SocketId socket = world.live()->id;
    const auto verdict = world.deliver_frame(socket, {head, 50, false});
    REQUIRE(verdict.action == Action::deliver);
    CHECK(world.core().received(verdict.type) == 1);
    world.refuse_frame(socket, {Malformed::not_json, head, 50});
    CHECK(world.core().received(verdict.type) == 0);
    CHECK(world.metrics().delivered == 0);
    CHECK(world.metrics().malformed == 1);
    CHECK(world.state() == State::connected);
  }

  TEST_CASE("control names are ordinary events where the server never said `connected`") {
    for (const char* name : {"ping", "subscribe", "auth", "authed", "going_away", "error", "resume",
                             "resumed", "gap", "position", "ack"}) {
      CAPTURE(name);
      const std::string frame = std::string(R"({"type":")") + name + R"(","data":{}})";
      Scenario world;
      world.subscribe("*");
      world.server = quiet();
      world.connect();
      world.run_for(milliseconds(75));
      CHECK(deliver(world, frame) == Action::deliver);
      CHECK(deliver(world, connected_frame(speaks())) == Action::deliver);
      CHECK(deliver(world, frame) == Action::drop);
    }
  }

  TEST_CASE("`pong` is control on every link, and `connected` is delivered on every link") {
    Scenario world;
    world.subscribe("*");
    world.server = quiet();
    world.connect();
    world.run_for(milliseconds(75));
    CHECK(deliver(world, R"({"type":"pong","id":"1"})") == Action::drop);
    CHECK(deliver(world, "pong") == Action::drop);
    CHECK(deliver(world, R"({"type":"connected","data":{"hello":1}})") == Action::deliver);
    CHECK(world.phase() == Phase::ready);
    CHECK(deliver(world, R"({"type":"error","data":{}})") == Action::deliver);
  }

  TEST_CASE("what the server reports of itself is logged without what looks like a token") {
    Scenario world;
    world.go_live();
    deliver(
        world,
        R"({"type":"error","data":{"code":"bad","message":"bearer.eyJhbGciOi.eyJzdWIiOi.sig"}})");
    bool found = false;
    for (const Log& log : world.told<Log>()) {
      found = found || log.text.find("bad") != std::string::npos;
      CHECK(log.text.find("eyJ") == std::string::npos);
    }
    CHECK(found);
  }

  TEST_CASE(
      "strict validation delivers what fits and counts what does not, with path and expectation") {
    Options options = World::default_options();
    const std::string_view fits =
        R"({"type":"import_error","data":{"importId":"i","message":"m","row":3}})";
    const std::string_view misfit =
        R"({"type":"import_error","data":{"importId":"i","message":"m","row":-3}})";
    SUBCASE("strict") {
      options.validate = Validate::strict;
      Scenario world(options);
      world.subscribe("*");
      world.connect();
      world.run_for(seconds(1));
      CHECK(deliver(world, fits) == Action::deliver);
      CHECK(deliver(world, misfit) == Action::drop);
      CHECK(world.metrics().invalid == 1);
      REQUIRE(world.core().invalid_samples().size() == 1);
      CHECK(world.core().invalid_samples().front().find("data.row") != std::string::npos);
      CHECK(deliver(world, R"({"type":"stranger","data":[1]})") == Action::deliver);
      CHECK(deliver(world, R"({"type":"stranger","type":"stranger"})") == Action::drop);
      CHECK(world.state() == State::connected);
    }
    SUBCASE("report") {
      options.validate = Validate::report;
      Scenario world(options);
      world.subscribe("*");
      world.connect();
      world.run_for(seconds(1));
      CHECK(deliver(world, misfit) == Action::deliver);
      CHECK(world.metrics().invalid == 1);
    }
    SUBCASE("off") {
      Scenario world(options);
      world.subscribe("*");
      world.connect();
      world.run_for(seconds(1));
      CHECK(deliver(world, misfit) == Action::deliver);
      CHECK(world.metrics().invalid == 0);
    }
  }

  TEST_CASE("nothing of a link that is gone is delivered") {
    Scenario world;
    world.subscribe("*");
    world.go_live();
    const SocketId old = world.live()->id;
    world.server_closes(1006);
    const Frame frame{call, call.size(), true};
    CHECK(world.deliver_frame(old, frame).action == Action::drop);
    world.run_for(seconds(3));
    REQUIRE(world.live()->id != old);
    CHECK(world.deliver_frame(old, frame).action == Action::drop);
    world.disconnect();
    CHECK(world.deliver_frame(SocketId{2}, frame).action == Action::drop);
  }

  TEST_CASE("a server that selects the token as subprotocol is accepted and warned of once") {
    Options options = World::default_options();
    options.has_token_provider = false;
    Connection machine(options, Random(1));
    Instant now{};
    int warnings = 0;
    for (std::uint32_t socket = 1; socket <= 3; ++socket) {
      machine.reconnect(now);
      machine.handle_socket_opened(now, SocketId{socket}, {}, true);
      for (const Output& output : machine.poll_outputs()) {
        const Log* log = std::get_if<Log>(&output);
        if (log != nullptr && log->text.starts_with("token_echoed")) ++warnings;
      }
      now = now + seconds(2);
    }
    CHECK(warnings == 1);
  }
}

TEST_SUITE("scenario: close codes") {
  TEST_CASE("each code leads where the policy says") {
    struct Case {
      std::uint16_t code;
      Phase phase;
      ErrorKind error;
    };
    for (const Case& close : {Case{1000, Phase::waiting, ErrorKind::closed_by_server},
                              Case{1002, Phase::waiting, ErrorKind::closed_by_server},
                              Case{1006, Phase::waiting, ErrorKind::network},
                              Case{1012, Phase::waiting, ErrorKind::restarting},
                              Case{3003, Phase::refused, ErrorKind::forbidden},
                              Case{4400, Phase::refused, ErrorKind::closed_by_server},
                              Case{4403, Phase::refused, ErrorKind::forbidden},
                              Case{4408, Phase::waiting, ErrorKind::closed_by_server},
                              Case{4409, Phase::refused, ErrorKind::replaced},
                              Case{4429, Phase::waiting, ErrorKind::closed_by_server},
                              Case{4499, Phase::refused, ErrorKind::closed_by_server},
                              Case{4500, Phase::waiting, ErrorKind::closed_by_server}}) {
      CAPTURE(close.code);
      Scenario world;
      world.go_live();
      world.server_closes(close.code, "why");
      CHECK(world.phase() == close.phase);
      CHECK(world.status().error->kind == close.error);
      CHECK(world.status().error->code == close.code);
      CHECK(world.status().error->detail == "why");
    }
  }
}

// The event stream from link to link: what was missed comes once, or is told as missing.
#include "scenario.hpp"

using namespace keepline;
using namespace keepline::sim;

namespace {

Position at(std::string_view text) { return read_position(text); }

std::string event(std::uint64_t seq, std::string_view id = {}) {
  std::string text = R"({"type":"new_call","seq":)" + std::to_string(seq);
  if (!id.empty()) text.append(R"(,"id":")").append(id).append("\"");
  return text + R"(,"data":{"callId":"1"}})";
}

std::string resumed(std::string_view from, std::string_view to) {
  return R"({"type":"resumed","data":{"from":")" + std::string(from) + R"(","to":")" +
         std::string(to) + "\"}}";
}

// `to`: with its quotes, or null.
std::string gap(std::string_view from, std::string_view to, std::string_view reason = "trimmed") {
  return R"({"type":"gap","data":{"from":")" + std::string(from) + R"(","to":)" + std::string(to) +
         R"(,"reason":")" + std::string(reason) + R"(","spreadMs":8000}})";
}

std::string position(std::string_view at, std::uint64_t sent) {
  return R"({"type":"position","data":{"at":")" + std::string(at) + R"(","sent":)" +
         std::to_string(sent) + "}}";
}

// Speaks of a log, and says of it what a test has it say.
class Stream : public Scenario {
 public:
  explicit Stream(std::string_view position = "e.100") {
    stands_at(position);
    subscribe("new_call");
  }
  void stands_at(std::string_view position) {
    server.connected_extra =
        R"(,"features":["subscribe","resume","ack"],"position":")" + std::string(position) + "\"";
  }
  // Live, with the verdict on its beginning.
  void follow() {
    connect();
    run_for(seconds(1));
    server_sends(resumed("e.100", "e.100"));
    clear();
  }
  // The link ends, and the next one stands there and has asked.
  void lose_link(std::string_view position) {
    stands_at(position);
    clear();
    server_closes(1006);
    run_for(seconds(4));
    REQUIRE(state() == State::connected);
  }
  // What was asked on the present link: the text of `from`; "null"; empty where nothing was.
  std::string asked() const {
    std::string from;
    for (const std::string& frame : server_heard) {
      const auto place = frame.find(R"("from":)");
      if (frame.starts_with(R"({"type":"resume")")) {
        CHECK(from.empty());
        from = frame.substr(place + 7, frame.find('}') - place - 7);
      }
    }
    return from;
  }
  bool is_delivered(std::string_view text) {
    return deliver_frame(live()->id, {text, text.size(), true}).action ==
           FrameVerdict::Action::deliver;
  }
  Delivery delivery() const { return status().delivery; }
  Missed missed() const {
    const auto all = told<Reconnected>();
    REQUIRE(all.size() == 1);
    return all[0].missed;
  }
};

}  // namespace

TEST_SUITE("scenario: the event stream") {
  TEST_CASE("a first link begins where the server stands, and is live without a word more") {
    Stream world;
    world.connect();
    world.run_for(seconds(1));
    CHECK(world.asked() == "null");
    CHECK(world.core().position() == at("e.100"));
    CHECK(world.delivery() == Delivery::live);
    CHECK_FALSE(world.is_delivered(event(101)));  // before the verdict
    world.server_sends(resumed("e.100", "e.100"));
    CHECK(world.is_delivered(event(102)));
    CHECK(world.core().position() == at("e.102"));
    CHECK(world.told<Gap>().empty());
  }

  TEST_CASE("subscribe comes first, then resume, then what waits to be sent") {
    Stream world;
    world.ask("1");
    world.send("note", "2");
    world.connect();
    world.run_for(seconds(1));
    std::vector<std::string> types;
    for (const std::string& frame : world.server_heard) {
      types.push_back(frame.substr(9, frame.find('"', 9) - 9));
    }
    REQUIRE(types.size() >= 4);
    CHECK(types[0] == "subscribe");
    CHECK(types[1] == "resume");
    CHECK(types[2] == "ask");
    CHECK(types[3] == "note");
  }

  TEST_CASE("the next link asks from the last event, and what comes twice is delivered once") {
    Stream world;
    world.follow();
    CHECK(world.is_delivered(event(101)));
    CHECK(world.is_delivered(event(105)));
    CHECK_FALSE(world.is_delivered(event(105)));
    world.lose_link("e.110");
    CHECK(world.asked() == R"("e.105")");
    CHECK(world.delivery() == Delivery::catching_up);
    CHECK(world.told<Reconnected>().empty());
    world.server_sends(resumed("e.105", "e.110"));
    CHECK(world.missed() == Missed::replayed);
    CHECK_FALSE(world.is_delivered(event(104)));
    CHECK(world.is_delivered(event(107)));
    CHECK(world.delivery() == Delivery::catching_up);
    world.server_sends(position("e.110", 2));
    CHECK(world.delivery() == Delivery::live);
    CHECK(world.core().position() == at("e.110"));
    CHECK(world.metrics().duplicates == 2);
    CHECK(world.metrics().lost_on_link == 0);
    CHECK(world.told<Gap>().empty());
  }

  TEST_CASE("nothing missed is said so") {
    Stream world;
    world.follow();
    world.lose_link("e.100");
    world.server_sends(resumed("e.100", "e.100"));
    CHECK(world.missed() == Missed::none);
    CHECK(world.delivery() == Delivery::live);
    SUBCASE("and a quiet stream is asked for again on each link") {
      world.lose_link("e.100");
      CHECK(world.asked() == R"("e.100")");
    }
  }

  TEST_CASE("what nobody wants moves the position as well") {
    Stream world;
    world.follow();
    const auto dropped = world.metrics().dropped;
    CHECK_FALSE(world.is_delivered(R"({"type":"stranger","seq":103,"data":1})"));
    CHECK(world.core().position() == at("e.103"));
    CHECK(world.metrics().dropped == dropped + 1);
    world.server_sends(position("e.103", 1));
    CHECK(world.metrics().lost_on_link == 0);
  }

  TEST_CASE("an event without a seq is none of the stream's, whatever its seq is instead") {
    Stream world;
    world.follow();
    CHECK(world.is_delivered(R"({"type":"new_call","data":1})"));
    CHECK(world.is_delivered(R"({"type":"new_call","seq":null,"data":1})"));
    CHECK(world.is_delivered(R"({"type":"new_call","seq":"7","data":1})"));
    CHECK(world.core().position() == at("e.100"));
  }

  TEST_CASE("of a head that does not reach the seq the whole is asked for, and counted once") {
    Stream world;
    world.follow();
    const std::string text = event(101, "a");
    for (const std::size_t cut : {19, 22, 28, 30, 36}) {
      CAPTURE(cut);
      const Frame head{std::string_view(text).substr(0, cut), text.size(), false};
      CHECK(world.deliver_frame(world.live()->id, head).action == FrameVerdict::Action::need_whole);
    }
    CHECK(world.is_delivered(text));
    world.server_sends(position("e.101", 1));
    CHECK(world.metrics().lost_on_link == 0);
  }

  TEST_CASE("a gap as verdict is told, and the stream goes on behind it") {
    Stream world;
    world.follow();
    world.lose_link("f.7");
    world.server_sends(gap("e.100", R"("f.7")", "epoch"));
    CHECK(world.missed() == Missed::unknown);
    CHECK(world.told<Gap>() ==
          std::vector<Gap>{{at("e.100"), at("f.7"), GapReason::epoch, seconds(8)}});
    CHECK(world.delivery() == Delivery::live);
    CHECK(world.core().position() == at("f.7"));
    CHECK(world.metrics().gaps == 1);
    CHECK(world.is_delivered(event(8)));
    world.lose_link("f.9");
    CHECK(world.asked() == R"("f.8")");
  }

  TEST_CASE("after a change of epoch what had come before is known by its id") {
    Stream world;
    world.follow();
    CHECK(world.is_delivered(event(101, "a")));
    world.server_sends(gap("e.101", R"("f.500")", "epoch"));
    CHECK_FALSE(world.is_delivered(event(501, "a")));
    CHECK(world.is_delivered(event(502, "b")));
    CHECK(world.metrics().duplicates == 1);
    CHECK(world.core().position() == at("f.502"));
  }

  TEST_CASE("a gap without an end interrupts, until one comes or nothing was lost") {
    Stream world;
    world.follow();
    world.server_sends(gap("e.100", "null", "unavailable"));
    CHECK(world.delivery() == Delivery::interrupted);
    CHECK(world.told<Gap>().size() == 1);
    CHECK_FALSE(world.told<Gap>()[0].to);
    CHECK_FALSE(world.is_delivered(event(101)));
    SUBCASE("an end") {
      world.server_sends(gap("e.100", R"("e.120")", "unavailable"));
      REQUIRE(world.told<Gap>().size() == 2);
      CHECK(world.told<Gap>()[1].from == at("e.100"));
      CHECK(world.told<Gap>()[1].to == at("e.120"));
      CHECK(world.is_delivered(event(121)));
    }
    SUBCASE("an end where it began: nothing is missing") {
      world.server_sends(gap("e.100", R"("e.100")", "unavailable"));
      CHECK(world.told<Gap>().size() == 1);
      CHECK(world.is_delivered(event(101)));
    }
    SUBCASE("nothing was lost") {
      world.server_sends(resumed("e.100", "e.120"));
      CHECK(world.told<Gap>().size() == 1);
      CHECK(world.is_delivered(event(101)));
    }
    CHECK(world.delivery() == Delivery::live);
  }

  TEST_CASE("a server that never answers has left a gap after five seconds") {
    Stream world;
    world.follow();
    world.lose_link("e.200");
    world.run_for(seconds(5.1));
    CHECK(world.told<Gap>() == std::vector<Gap>{{at("e.100"), at("e.200"), GapReason::unanswered}});
    CHECK(world.missed() == Missed::unknown);
    CHECK(world.delivery() == Delivery::live);
    CHECK_FALSE(world.is_delivered(event(150)));
    CHECK(world.is_delivered(event(201)));
  }

  TEST_CASE("a position that was asked from in vain is not asked from again") {
    Stream world;
    world.follow();
    world.lose_link("e.200");
    CHECK(world.asked() == R"("e.100")");
    world.lose_link("e.300");
    CHECK(world.asked() == "null");
    CHECK(world.told<Gap>() == std::vector<Gap>{{at("e.100"), at("e.300"), GapReason::unanswered}});
    SUBCASE("nor is an outage over that nobody was told the end of") {
      world.server_sends(resumed("e.300", "e.300"));
      REQUIRE(world.told<Reconnected>().size() == 1);
      CHECK(world.told<Reconnected>()[0].down > seconds(4));
    }
  }

  TEST_CASE("what the server sent and what came are compared, and a difference is a gap") {
    Stream world;
    world.follow();
    CHECK(world.is_delivered(event(101)));
    CHECK(world.is_delivered(event(104)));
    world.server_sends(position("e.110", 4));
    CHECK(world.metrics().lost_on_link == 2);
    CHECK(world.told<Gap>() == std::vector<Gap>{{at("e.100"), at("e.110"), GapReason::lost}});
    world.server_sends(position("e.120", 4));
    CHECK(world.told<Gap>().size() == 1);
    CHECK(world.core().position() == at("e.120"));
  }

  TEST_CASE("a verdict about another position, or one that leads back, is believed in nothing") {
    for (const std::string& verdict :
         {resumed("e.99", "e.200"), resumed("e.100", "e.99"), resumed("e.100", "f.200")}) {
      CAPTURE(verdict);
      Stream world;
      world.follow();
      world.lose_link("e.200");
      world.server_sends(verdict);
      REQUIRE(world.told<Gap>().size() == 1);
      CHECK(world.told<Gap>()[0].from == at("e.100"));
      CHECK(world.told<Gap>()[0].reason == GapReason::invalid);
      CHECK(world.missed() == Missed::unknown);
    }
  }

  TEST_CASE("another user's link begins anew, and asks for nothing of the former one") {
    Stream world;
    world.follow();
    CHECK(world.is_delivered(event(101)));
    SUBCASE("as the application says") {
      world.set_identity("user-2");
      CHECK_FALSE(world.core().position());
      world.server.user = "user-2";
      world.run_for(seconds(1));
      CHECK(world.asked() == "null");
    }
    SUBCASE("as the server says") {
      world.server.user = "user-2";
      world.lose_link("e.300");
      CHECK(world.asked() == "null");
      CHECK(world.core().position() == at("e.300"));
    }
    CHECK(world.told<Gap>().empty());
  }

  TEST_CASE("an earlier page's position is where a first link begins") {
    Stream world;
    CHECK_FALSE(world.resume_from("nowhere"));
    CHECK(world.resume_from("e.90"));
    CHECK_FALSE(world.resume_from("e.91"));
    world.connect();
    world.run_for(seconds(1));
    CHECK(world.asked() == R"("e.90")");
    CHECK(world.delivery() == Delivery::catching_up);
    CHECK_FALSE(world.resume_from("e.95"));
  }

  TEST_CASE("a server without a log has no delivery to speak of, and reconnects as ever") {
    Scenario world;
    world.go_live();
    CHECK(world.status().delivery == Delivery::none);
    world.server_closes(1006);
    world.run_for(seconds(4));
    REQUIRE(world.told<Reconnected>().size() == 1);
    CHECK(world.told<Reconnected>()[0].missed == Missed::unknown);
    CHECK_FALSE(world.core().position());
  }
}

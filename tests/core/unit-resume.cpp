// The stream of one link: the verdict, the replay, gaps in the middle, and what a server counts.
#include <doctest/doctest.h>

#include <string>

#include "resume.hpp"

using namespace keepline;

namespace {

using Stage = Resume::Stage;

Position at(std::string_view text) { return read_position(text); }

Resume asked(bool asks = true, std::string_view sure = "e.10", std::string_view start = "e.50") {
  Resume resume;
  resume.begin(asks, at(sure), at(start));
  resume.asked();
  return resume;
}

}  // namespace

TEST_SUITE("resume") {
  TEST_CASE("nothing is taken before the verdict") {
    Resume resume;
    CHECK_FALSE(resume.follows());
    CHECK_FALSE(resume.takes_events());
    resume.begin(true, at("e.10"), at("e.50"));
    CHECK(resume.follows());
    CHECK(resume.stage() == Stage::owed);
    CHECK_FALSE(resume.takes_events());
    resume.asked();
    CHECK_FALSE(resume.has_verdict());
    CHECK_FALSE(resume.takes_events());
    resume.replay(at("e.50"));
    CHECK(resume.takes_events());
  }

  TEST_CASE("a verdict is one where it names what was asked and leads forward in its epoch") {
    const Resume resume = asked();
    CHECK(resume.is_answered_by(at("e.10"), at("e.10")));
    CHECK(resume.is_answered_by(at("e.10"), at("e.60")));
    CHECK_FALSE(resume.is_answered_by(at("e.11"), at("e.60")));
    CHECK_FALSE(resume.is_answered_by({}, at("e.60")));
    CHECK_FALSE(resume.is_answered_by(at("e.10"), at("f.60")));
    CHECK_FALSE(resume.is_answered_by(at("e.10"), at("e.9")));
    const Resume fresh = asked(false, "e.50");
    CHECK(fresh.is_answered_by({}, at("e.50")));
    CHECK(fresh.is_answered_by(at("e.50"), at("e.50")));
    CHECK_FALSE(fresh.is_answered_by({}, at("e.49")));
    CHECK_FALSE(fresh.is_answered_by(at("e.51"), at("e.60")));
  }

  TEST_CASE("who asks for something is catching up until it has come") {
    Resume resume = asked();
    CHECK(resume.is_catching_up());
    resume.replay(at("e.50"));
    CHECK(resume.is_catching_up());
    resume.reach(50);
    CHECK_FALSE(resume.is_catching_up());
    CHECK_FALSE(asked(false, "e.50").is_catching_up());
  }

  TEST_CASE("a replay ends with the first word at or behind its end, once") {
    Resume resume = asked();
    resume.replay(at("e.50"));
    CHECK(resume.stage() == Stage::replaying);
    CHECK_FALSE(resume.reach(49));
    CHECK(resume.reach(50));
    CHECK(resume.stage() == Stage::live);
    CHECK_FALSE(resume.reach(51));
    SUBCASE("where nothing was missed there is none") {
      resume = asked();
      resume.replay(at("e.10"));
      CHECK(resume.stage() == Stage::live);
    }
  }

  TEST_CASE("a gap in the middle of a replay ends it only where it leads past its end") {
    Resume resume = asked();
    resume.replay(at("e.50"));
    resume.go_on(at("e.10"), at("e.30"));
    CHECK(resume.stage() == Stage::replaying);
    CHECK(resume.sure() == at("e.30"));
    SUBCASE("past its end") { resume.go_on(at("e.30"), at("e.50")); }
    SUBCASE("in another epoch") { resume.go_on(at("e.30"), at("f.1")); }
    CHECK(resume.stage() == Stage::live);
  }

  TEST_CASE("while nobody knows how much is missing nothing is taken") {
    Resume resume = asked();
    resume.go_on(at("e.10"), {});
    CHECK(resume.has_verdict());
    CHECK(resume.is_interrupted());
    CHECK_FALSE(resume.takes_events());
    SUBCASE("until the stream goes on") { resume.go_on(at("e.10"), at("f.7")); }
    SUBCASE("until nothing was missing after all") { resume.mend(at("e.10")); }
    CHECK_FALSE(resume.is_interrupted());
    CHECK(resume.takes_events());
  }

  TEST_CASE("only the word about an open gap mends it") {
    Resume resume = asked();
    resume.mend(at("e.10"));
    CHECK(resume.stage() == Stage::asked);
    resume.go_on(at("e.10"), {});
    for (const Position& other : {at("e.11"), at("f.10"), Position{}}) {
      resume.mend(other);
      CHECK(resume.is_interrupted());
    }
  }

  TEST_CASE("what the server sent and what came are compared, and a difference counts once") {
    Resume resume = asked();
    resume.count_event();
    resume.count_event();
    CHECK(resume.miss(2) == 0);
    CHECK(resume.miss(5) == 3);
    CHECK(resume.miss(5) == 0);
    resume.count_event();
    CHECK(resume.miss(6) == 0);
    CHECK(resume.miss(4) == 2);
  }

  TEST_CASE("the reasons of gaps are words, and an unknown one says that there is no log") {
    for (int value = 0; value <= static_cast<int>(GapReason::unavailable); ++value) {
      const auto reason = static_cast<GapReason>(value);
      CHECK(gap_reason_in({to_string(reason)}) == reason);
    }
    for (const char* word : {"", "lost", "unanswered", "tired"}) {
      CHECK(gap_reason_in({word}) == GapReason::unavailable);
    }
  }
}

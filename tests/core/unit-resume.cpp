// The stream of one link: the verdict, the replay, gaps in the middle, and what a server counts.
#include <doctest/doctest.h>

#include <string>

#include "resume.hpp"

using namespace keepline;

namespace {

using Stage = Resume::Stage;

Position at(std::string_view text) { return *read_position(text); }

Resume asked(std::string_view from = "e.10", std::string_view start = "e.50") {
  Resume resume;
  resume.begin(at(from), at(start));
  return resume;
}

}  // namespace

TEST_SUITE("resume") {
  TEST_CASE("nothing is taken before the verdict") {
    Resume resume;
    CHECK_FALSE(resume.began());
    CHECK_FALSE(resume.takes_events());
    resume = asked();
    CHECK(resume.began());
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
    CHECK_FALSE(resume.is_answered_by(std::nullopt, at("e.60")));
    CHECK_FALSE(resume.is_answered_by(at("e.10"), at("f.60")));
    CHECK_FALSE(resume.is_answered_by(at("e.10"), at("e.9")));
    Resume fresh;
    fresh.begin(std::nullopt, at("e.50"));
    CHECK(fresh.is_answered_by(std::nullopt, at("e.50")));
    CHECK(fresh.is_answered_by(at("e.50"), at("e.50")));
    CHECK_FALSE(fresh.is_answered_by(std::nullopt, at("e.49")));
    CHECK_FALSE(fresh.is_answered_by(at("e.51"), at("e.60")));
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
    resume.go_on(at("e.30"));
    CHECK(resume.stage() == Stage::replaying);
    CHECK(resume.sure() == at("e.30"));
    SUBCASE("past its end") { resume.go_on(at("e.50")); }
    SUBCASE("in another epoch") { resume.go_on(at("f.1")); }
    CHECK(resume.stage() == Stage::live);
  }

  TEST_CASE("while nobody knows how much is missing nothing is taken") {
    Resume resume = asked();
    resume.interrupt(at("e.10"));
    CHECK(resume.has_verdict());
    CHECK(resume.is_interrupted());
    CHECK_FALSE(resume.takes_events());
    SUBCASE("until the stream goes on") { resume.go_on(at("f.7")); }
    SUBCASE("until nothing was missing after all") { CHECK(resume.mend(at("e.10"))); }
    CHECK_FALSE(resume.is_interrupted());
    CHECK(resume.takes_events());
  }

  TEST_CASE("only the word about an open gap mends it") {
    Resume resume = asked();
    CHECK_FALSE(resume.mend(at("e.10")));
    resume.interrupt(std::nullopt);  // from where the link was sure
    CHECK(resume.open_gap() == at("e.10"));
    CHECK_FALSE(resume.mend(at("e.11")));
    CHECK_FALSE(resume.mend(std::nullopt));
    CHECK(resume.is_interrupted());
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
      CHECK(gap_reason_named(to_string(reason)) == reason);
    }
    for (const char* word : {"", "lost", "unanswered", "tired"}) {
      CHECK(gap_reason_named(word) == GapReason::unavailable);
    }
  }
}

// The flight recorder: the last transitions, oldest first, and never more of them than its bound.
#include <doctest/doctest.h>

#include <string>

#include "moments.hpp"
#include "recorder.hpp"

using namespace keepline;

namespace {

TransitionRecord numbered(int attempt) {
  return {at(attempt).wall,  Phase::waiting, Phase::dialling,
          Trigger::deadline, attempt,        std::string("x")};
}

}  // namespace

TEST_SUITE("recorder") {
  TEST_CASE("transitions are kept in the order in which they came") {
    Recorder recorder;
    recorder.record(numbered(1));
    recorder.record(numbered(2));
    REQUIRE(recorder.transitions.size() == 2);
    CHECK(recorder.transitions.front() == numbered(1));
    CHECK(recorder.transitions.back() == numbered(2));
  }

  TEST_CASE("the last 64 transitions are kept, and the oldest makes room") {
    Recorder recorder;
    for (int each = 1; each <= 64; ++each) recorder.record(numbered(each));
    CHECK(recorder.transitions.size() == transition_records_max);
    CHECK(recorder.transitions.front() == numbered(1));
    for (int each = 65; each <= 1000; ++each) recorder.record(numbered(each));
    CHECK(recorder.transitions.size() == transition_records_max);
    CHECK(recorder.transitions.front() == numbered(937));
    CHECK(recorder.transitions.back() == numbered(1000));
  }

  TEST_CASE("recorders are equal where all that they hold is, and a copy goes its own way") {
    Recorder recorder;
    recorder.record(numbered(1));
    Recorder copy = recorder;
    CHECK(copy == recorder);
    copy.malformed.emplace_back("not_json: <5>");
    CHECK(copy != recorder);
    copy = recorder;
    copy.record(numbered(1));
    CHECK(copy != recorder);
    CHECK(recorder.transitions.size() == 1);
  }
}

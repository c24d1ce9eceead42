// What a page comes back to: the phase it left, and the wait that outlives the absence.
#include <doctest/doctest.h>

#include "away.hpp"
#include "moments.hpp"

using namespace keepline;

TEST_SUITE("away") {
  TEST_CASE("idle, closed and refused come back as they were, everything else dials") {
    for (int each = 0; each < phase_count; ++each) {
      const Away away{static_cast<Phase>(each), std::nullopt};
      const bool stopped =
          away.from == Phase::idle || away.from == Phase::closed || away.from == Phase::refused;
      CHECK_MESSAGE(away.was_stopped() == stopped, to_string(away.from));
    }
  }

  TEST_CASE("an absence of which nothing else is known ends with a dial") {
    CHECK_FALSE(Away{}.was_stopped());
    CHECK_FALSE(Away{}.wait);
  }

  TEST_CASE("a server's wait is as it was when the page comes back") {
    const Wait wait = Wait::till(at(0), host_at(300000), WaitReason::server);
    const Away away{Phase::suspended, wait};
    const Away copy = away;
    CHECK(copy == away);
    CHECK(copy.wait == wait);
    CHECK_FALSE(copy.wait->is_over(at(299999)));
  }

  TEST_CASE("absences differ by phase and by wait") {
    const Away away{Phase::waiting, Wait::till(at(0), host_at(1), WaitReason::server)};
    CHECK(away != Away{Phase::waiting, std::nullopt});
    CHECK(away != Away{Phase::suspended, away.wait});
  }
}

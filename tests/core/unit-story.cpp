// What has gone wrong so far: what each event adds, what forgives it, and what stays owed.
#include <doctest/doctest.h>

#include <functional>

#include "moments.hpp"
#include "story.hpp"

using namespace keepline;

namespace {

constexpr Fingerprint token = 7;
constexpr Fingerprint other_token = 8;

// A story in which everything has happened.
Story eventful() {
  Story story;
  story.usable();
  story.attempt = 4;
  story.exhausted = true;
  story.signed_out = true;
  story.repeats_wait = true;
  story.reject(token);
  for (int dial = 0; dial < 3; ++dial) story.dial_unopened(host_at(dial));
  story.refreshed_for_unopened = true;
  story.timeouts_in_row = 5;
  return story;
}

Story after_unopened(int dials) {
  Story story;
  for (int dial = 0; dial < dials; ++dial) story.dial_unopened(host_at(dial));
  return story;
}

}  // namespace

TEST_SUITE("story") {
  TEST_CASE("a new story is in its first episode, before its first attempt, and owes nothing") {
    const Story story;
    CHECK(story.episode() == Episode::first);
    CHECK(story.next_attempt() == 1);
    CHECK_FALSE(story.owes_refresh());
    CHECK_FALSE(story.is_rejected_token(0));
  }

  TEST_CASE(
      "nothing of one person's story is in the next: no unopened dial, no timeout, no refusal") {
    Story story = eventful();
    CHECK(story != Story{});
    story = {};
    CHECK(story == Story{});
    CHECK(story.timeouts_in_row == 0);
    CHECK(story.last_unopened == long_ago);
    story.dial_unopened(host_at(0));
    CHECK_FALSE(story.owes_refresh());
  }

  TEST_CASE("the first episode lasts until a link is usable, and exhaustion covers both") {
    Story story;
    story.opened();
    CHECK(story.episode() == Episode::first);
    story.usable();
    CHECK(story.episode() == Episode::again);
    story.exhausted = true;
    CHECK(story.episode() == Episode::exhausted);
    story.proven();
    CHECK(story.episode() == Episode::again);
    Story unlucky;
    unlucky.exhausted = true;
    CHECK(unlucky.episode() == Episode::exhausted);
    unlucky.revive();
    CHECK(unlucky.episode() == Episode::first);
  }

  TEST_CASE("a dial made instead of a wait repeats that wait, and at least the first") {
    Story story;
    story.attempt = 3;
    CHECK(story.next_attempt() == 4);
    story.repeats_wait = true;
    CHECK(story.next_attempt() == 3);
    story.attempt = 0;
    CHECK(story.next_attempt() == 1);
  }

  TEST_CASE("a usable link forgives timeouts, and attempts only once it has lasted") {
    Story story = eventful();
    story.usable();
    CHECK(story.timeouts_in_row == 0);
    CHECK_FALSE(story.repeats_wait);
    CHECK(story.attempt == 4);
    CHECK(story.exhausted);
    CHECK(story.is_rejected_token(token));
    story.proven();
    CHECK(story.attempt == 0);
    CHECK_FALSE(story.exhausted);
    CHECK_FALSE(story.rejected);
    CHECK_FALSE(story.is_rejected_token(token));
  }

  TEST_CASE("the third dial that never opened makes a new token owed, the second does not") {
    CHECK_FALSE(after_unopened(2).owes_refresh());
    CHECK(after_unopened(3).owes_refresh());
  }

  TEST_CASE("the new token that unopened dials made owed stays owed until one is given") {
    Story story = after_unopened(3);
    // A request that fails leads to another wait and may well lead to another such dial.
    story.attempt = 9;
    story.revive();
    story.dial_unopened(host_at(9));
    CHECK(story.owes_refresh());
    story.token_given();
    CHECK_FALSE(story.owes_refresh());
    story.dial_unopened(host_at(10));
    CHECK_FALSE(story.owes_refresh());
  }

  TEST_CASE("a token given before the third unopened dial pays for nothing") {
    Story story = after_unopened(2);
    story.token_given();
    story.dial_unopened(host_at(2));
    CHECK(story.owes_refresh());
  }

  TEST_CASE("somebody's retry may force a token again, and so may a dial that opened") {
    for (const auto& forgive : {&Story::retry, &Story::opened}) {
      Story story = after_unopened(3);
      story.token_given();
      std::invoke(forgive, story);
      for (int dial = 0; dial < 3; ++dial) story.dial_unopened(host_at(dial));
      CHECK(story.owes_refresh());
    }
  }

  TEST_CASE("a dial that opened starts the count of unopened ones anew") {
    Story story = after_unopened(2);
    story.opened();
    CHECK(story == Story{});
    story.dial_unopened(host_at(5));
    CHECK_FALSE(story.owes_refresh());
  }

  TEST_CASE("unopened dials are counted as far as it matters, and the last one is dated") {
    Story story = after_unopened(1000);
    CHECK(story.unopened_dials == unopened_dials_before_refresh);
    CHECK(story.last_unopened == host_at(999));
  }

  TEST_CASE("a rejection makes a new token owed and knows the rejected one by its fingerprint") {
    Story story;
    story.reject(token);
    CHECK(story.owes_refresh());
    CHECK(story.is_rejected_token(token));
    CHECK_FALSE(story.is_rejected_token(other_token));
    story.token_given();
    CHECK_FALSE(story.owes_refresh());
    CHECK(story.is_rejected_token(token));
  }

  TEST_CASE("a rejected cookie session has rejected no token") {
    Story story;
    story.reject(std::nullopt);
    CHECK(story.rejected);
    CHECK_FALSE(story.is_rejected_token(0));
    CHECK_FALSE(story.is_rejected_token(token));
  }

  TEST_CASE("a page that is back gets a fresh counter, and forgives no rejection") {
    Story story = eventful();
    Story expected = story;
    expected.attempt = 0;
    expected.exhausted = false;
    story.revive();
    CHECK(story == expected);
    CHECK(story.is_rejected_token(token));
  }

  TEST_CASE("somebody's retry forgives the rejection too, and still owes the new token") {
    Story story = eventful();
    story.retry();
    CHECK(story.attempt == 0);
    CHECK_FALSE(story.exhausted);
    CHECK_FALSE(story.rejected);
    CHECK_FALSE(story.is_rejected_token(token));
    CHECK(story.owes_refresh());
    CHECK(story.unopened_dials == 3);
  }

  TEST_CASE("stories are equal where all that happened is, and a copy goes its own way") {
    const Story story = eventful();
    Story copy = story;
    CHECK(copy == story);
    copy.proven();
    CHECK(copy != story);
    CHECK(story == eventful());
  }
}

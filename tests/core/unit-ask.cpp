// One question to the host: pending, settled, due, given up.
#include <doctest/doctest.h>

#include "ask.hpp"
#include "moments.hpp"

using namespace keepline;

namespace {

constexpr TokenRequestId first{1};
constexpr TokenRequestId second{2};
constexpr TokenRequestId nobody{};

using TokenAsk = Ask<TokenRequestTag>;

}  // namespace

TEST_SUITE("ask") {
  TEST_CASE("before a question nothing is pending, due, or about anything") {
    TokenAsk ask;
    CHECK_FALSE(ask.pending());
    CHECK(ask.deadline() == never);
    CHECK_FALSE(ask.is_about(first));
    CHECK(ask.take_due(at(1e12)) == nobody);
    CHECK(ask.end() == nobody);
  }

  TEST_CASE("a question is pending until it ends, and ends once") {
    TokenAsk ask;
    ask.begin(first, host_at(100));
    CHECK(ask.pending());
    CHECK(ask.deadline() == host_at(100));
    CHECK(ask.end() == first);
    CHECK_FALSE(ask.pending());
    CHECK(ask.deadline() == never);
    CHECK(ask.end() == nobody);
  }

  TEST_CASE("an answer that comes late, twice or to an older question is about nothing") {
    TokenAsk ask;
    ask.begin(first, host_at(100));
    CHECK(ask.is_about(first));
    CHECK_FALSE(ask.is_about(second));
    ask.end();
    CHECK_FALSE(ask.is_about(first));
    ask.begin(second, host_at(100));
    CHECK_FALSE(ask.is_about(first));
    CHECK(ask.is_about(second));
  }

  TEST_CASE("an answer to nobody's question is about nothing, even while nothing is asked") {
    CHECK_FALSE(TokenAsk{}.is_about(nobody));
  }

  TEST_CASE("a question's time is over at its deadline and not a moment before, and only once") {
    TokenAsk ask;
    ask.begin(first, host_at(100));
    CHECK(ask.take_due(at(99.9)) == nobody);
    CHECK(ask.pending());
    CHECK(ask.take_due(at(100)) == first);
    CHECK_FALSE(ask.pending());
    CHECK(ask.take_due(at(100)) == nobody);
  }

  TEST_CASE("a question's time runs on the monotonic clock alone") {
    TokenAsk ask;
    ask.begin(first, host_at(100));
    CHECK(ask.take_due(at(99, 1e12)) == nobody);
    CHECK(ask.take_due(at(100, -1e12)) == first);
  }

  TEST_CASE("questions are equal where id and deadline are, and a copy goes its own way") {
    TokenAsk ask;
    ask.begin(first, host_at(100));
    TokenAsk copy = ask;
    CHECK(copy == ask);
    copy.end();
    CHECK(copy == TokenAsk{});
    CHECK(ask.pending());
    copy.begin(first, host_at(101));
    CHECK(copy != ask);
  }
}

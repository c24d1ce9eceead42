// A suite that silently ran no case would prove nothing: the reader must say so.
#include <doctest/doctest.h>

#include "vectors.hpp"

using keepline::test::parse_vectors;
using keepline::test::read_vectors;
using keepline::test::vectors;

TEST_SUITE("vectors") {
  TEST_CASE("a missing file is a problem") {
    CHECK(read_vectors("/nonexistent/endpoint.json").problem == "cannot be read");
  }

  TEST_CASE("an empty file, broken JSON, another shape and an empty array are problems") {
    CHECK(parse_vectors("").problem == "is not JSON");
    CHECK(parse_vectors("[1,").problem == "is not JSON");
    CHECK(parse_vectors("{}").problem == "is not an array");
    CHECK(parse_vectors("[]").problem == "has no cases");
    CHECK(parse_vectors("[]").cases.empty());
  }

  TEST_CASE("cases are handed over as they are") {
    CHECK(parse_vectors("[1,2]").problem.empty());
    CHECK(parse_vectors("[1,2]").cases.size() == 2);
  }

  TEST_CASE("all four files of the specification are there") {
    CHECK(vectors("endpoint.json").size() >= 64);
    CHECK(vectors("backoff.json").size() >= 21);
    CHECK(vectors("close_policy.json").size() >= 52);
    CHECK(vectors("frames.json").size() >= 62);
  }
}

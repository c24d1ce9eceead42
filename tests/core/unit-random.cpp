// The generator: the same everywhere, spread evenly, and never outside its window.
#include <doctest/doctest.h>

#include <array>

#include "random.hpp"

using namespace keepline;

TEST_SUITE("random") {
  TEST_CASE("the sequence is that of the published SplitMix64") {
    // Reference values of the algorithm for the seed 1234567.
    Random random(1234567);
    CHECK(random.next() == 6457827717110365317ULL);
    CHECK(random.next() == 3203168211198807973ULL);
    CHECK(random.next() == 9817491932198370423ULL);
    CHECK(random.next() == 4593380528125082431ULL);
    CHECK(random.next() == 16408922859458223821ULL);
  }

  TEST_CASE("the same seed gives the same run, and a copy goes on alike") {
    Random one(7);
    Random two(7);
    CHECK(one == two);
    CHECK(one.next() == two.next());
    Random copy = one;
    CHECK(copy == one);
    CHECK(copy.next() == one.next());
  }

  TEST_CASE("neighbouring seeds give different runs, zero included") {
    CHECK(Random(0).next() != Random(1).next());
    CHECK(Random(0).next() != 0);
  }

  TEST_CASE("unit stays in [0, 1) and fills it evenly") {
    Random random(42);
    std::array<int, 10> tenths{};
    for (int i = 0; i < 100000; ++i) {
      const double value = random.unit();
      REQUIRE(value >= 0);
      REQUIRE(value < 1);
      ++tenths[static_cast<std::size_t>(value * 10)];
    }
    for (const int count : tenths) {
      CHECK(count > 9500);
      CHECK(count < 10500);
    }
  }

  TEST_CASE("between never leaves its window, also where rounding could push it out") {
    const std::array<std::array<double, 2>, 5> windows{{{0, 1},
                                                        {23076.923076923074, 30000},
                                                        {0.1, 0.30000000000000004},
                                                        {1, 1.0000000000000002},
                                                        {1e15, 1e15 + 0.125}}};
    Random random(3);
    for (const auto& [from, to] : windows) {
      for (int i = 0; i < 20000; ++i) {
        const double value = random.between(milliseconds(from), milliseconds(to)).count();
        REQUIRE(value >= from);
        REQUIRE(value <= to);
      }
    }
  }

  TEST_CASE("an empty or reversed window gives its beginning") {
    Random random(1);
    CHECK(random.between(milliseconds(5), milliseconds(5)) == milliseconds(5));
    CHECK(random.between(milliseconds(5), milliseconds(4)) == milliseconds(5));
  }

  TEST_CASE("an empty window uses up no randomness") {
    Random random(1);
    random.between(milliseconds(5), milliseconds(5));
    CHECK(random == Random(1));
  }
}

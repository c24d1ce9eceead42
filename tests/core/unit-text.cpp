// Words in a list and numbers in decimal.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include "text.hpp"

using namespace keepline;

namespace {

std::string decimal(std::uint64_t value) {
  std::string out = "=";
  append_decimal(out, value);
  return out.substr(1);
}

enum class Colour : std::uint8_t { none, red, green };

}  // namespace

TEST_SUITE("text") {
  TEST_CASE("a word stands where its number says, and past the last there are none") {
    constexpr std::string_view words = ",red,light green";
    CHECK(word_at(words, 0).empty());
    CHECK(word_at(words, 1) == "red");
    CHECK(word_at(words, 2) == "light green");
    CHECK(word_at(words, 3).empty());
    CHECK(word_at("", 0).empty());
    CHECK(word_at("one", 0) == "one");
    CHECK(word_at("one", 1).empty());
  }

  TEST_CASE("a list names all values of an enum, or does not") {
    CHECK(name_in(",red,green", Colour::green) == "green");
    CHECK(names_all(",red,green", Colour::green));
    CHECK_FALSE(names_all(",red", Colour::green));
    CHECK_FALSE(names_all(",red,green,blue", Colour::green));
  }

  TEST_CASE("numbers are written as the C++ library writes them") {
    for (const std::uint64_t value :
         {std::uint64_t{0}, std::uint64_t{9}, std::uint64_t{10}, std::uint64_t{1099}, UINT64_MAX}) {
      CHECK(decimal(value) == std::to_string(value));
    }
  }
}

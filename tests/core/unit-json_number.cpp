// Numbers: the double that the C library and another JSON reader find, to the last bit.
#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "conversions.hpp"
#include "json_number.hpp"

using namespace keepline;

namespace {

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

// The same as strtod, which is right to the last bit in every C library that these suites run on;
// infinite is nothing.
void check(const std::string& text) {
  CAPTURE(text);
  const double wanted = std::strtod(text.c_str(), nullptr);
  const auto got = read_number(text);
  REQUIRE(got.has_value() == std::isfinite(wanted));
  if (got) CHECK(bits(*got) == bits(wanted));
}

std::string digits(std::mt19937_64& random, std::size_t count) {
  std::string out;
  while (out.size() < count) out += static_cast<char>('0' + random() % 10);
  return out;
}

std::string exact(long double value) {
  std::array<char, 1200> text{};
  std::snprintf(text.data(), text.size(), "%.1100Le", value);
  return text.data();
}

}  // namespace

TEST_SUITE("json numbers") {
  TEST_CASE("integers that a double holds are themselves") {
    for (const char* text : {"0", "-0", "1", "-1", "10", "1690000000000", "9007199254740991",
                             "9007199254740992", "-9007199254740993", "18446744073709551615",
                             "18446744073709551616", "123456789012345678901234567890"}) {
      check(text);
    }
    CHECK(std::signbit(*read_number("-0")));
  }

  TEST_CASE("spellings of one number are one number") {
    for (const char* text : {"17", "17.0", "1.7e1", "1.7E+1", "170e-1", "0.17e2", "17.000e0"}) {
      CHECK(read_number(text) == 17.0);
    }
    CHECK(read_number("0.30000000000000004") == 0.1 + 0.2);
    CHECK(read_number("1" + std::string(30, '0') + "e-30") == 1.0);
    CHECK(read_number("0." + std::string(400, '0') + "1e401") == 1.0);
    CHECK(read_number("1" + std::string(400, '0') + "e-400") == 1.0);
  }

  TEST_CASE("the ends of the range are where they are") {
    for (const char* text :
         {"1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "1e308",
          "1e309", "-1e309", "1e400", "1e99999999999", "0e99999999999", "1e-99999999999",
          "2.2250738585072014e-308", "2.2250738585072011e-308", "4.9406564584124654e-324",
          "2.4703282292062327e-324", "2.4703282292062328e-324", "1e-400", "0.1e-323", "9e-324"}) {
      check(text);
    }
    // Halfway between the largest double and what would come next: from there on infinite.
    check("1.797693134862315807e308");
    check("1.797693134862315808e308");
    check(exact(std::numeric_limits<double>::max()));
  }

  TEST_CASE("points halfway between two doubles go to the even one, and a last digit decides") {
    std::mt19937_64 random(1);
    for (int round = 0; round < 200; ++round) {
      const std::uint64_t any = random() & 0x7FEFFFFFFFFFFFFFULL;
      const long double low = std::bit_cast<double>(any);
      const std::string half = exact(low + (std::bit_cast<double>(any + 1) - low) / 2);
      check(half);
      const std::size_t e = half.find('e');
      check(half.substr(0, e) + "1" + half.substr(e));
      std::string below = half;
      const std::size_t last = below.find_last_not_of('0', e - 1);
      if (below[last] != '.') --below[last];
      check(below);
    }
    check("9007199254740993");
    check("9007199254740993" + std::string(900, '0'));
    check("9007199254740993." + std::string(900, '0') + "1");
    check("9007199254740992." + std::string(900, '9'));
  }

  TEST_CASE("any digits with any exponent agree with the C library") {
    std::mt19937_64 random(2);
    for (int round = 0; round < 20000; ++round) {
      std::string text = random() % 2 == 0 ? "-" : "";
      text += static_cast<char>('1' + random() % 9);
      text += digits(random, random() % 25);
      if (random() % 2 == 0) text += "." + digits(random, 1 + random() % 25);
      if (random() % 4 != 0) text += "e" + std::to_string(static_cast<int>(random() % 700) - 350);
      check(text);
    }
  }

  TEST_CASE("every double survives being written and read") {
    std::mt19937_64 random(3);
    for (int round = 0; round < 20000; ++round) {
      const double value = std::bit_cast<double>(random());
      if (!std::isfinite(value)) continue;
      const std::string text = nlohmann::json(value).dump();
      CAPTURE(text);
      const auto got = read_number(text);
      REQUIRE(got.has_value());
      CHECK(bits(*got) == bits(value));
    }
  }

  TEST_CASE("what stands for the C library's conversions reads a whole number and prints nothing") {
    for (const char* const text : {"-0.0", "17", "1.5e3", "0.1", "-123456789012345678901.5e-7"}) {
      char* end = nullptr;
      CHECK(bits(keepline_strtod(text, &end)) == bits(std::strtod(text, nullptr)));
      CHECK(std::string(end).empty());
      CHECK(end > text);
    }
    for (const char* const text : {"1e999", "-1e999"}) {
      char* end = nullptr;
      CHECK(std::isinf(keepline_strtod(text, &end)));
    }
    std::array<char, 4> text = {'x', 'x', 'x', 'x'};
    CHECK(keepline_snprintf(text.data(), text.size(), "%d", 7) == 0);
    CHECK(text == std::array<char, 4>{'\0', 'x', 'x', 'x'});
    CHECK(keepline_snprintf(nullptr, 0, "%d", 7) == 0);
  }
}

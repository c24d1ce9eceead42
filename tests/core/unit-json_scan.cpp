// Strings are stepped over many bytes at a time: every byte is seen wherever it stands.
#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <string>

#include "json_scan.hpp"

using namespace keepline;

namespace {

// Where the string that begins the text ends, in memory of exactly its size.
JsonStep take(const std::string& text, std::size_t& end) {
  const auto exact = std::make_unique<char[]>(text.size());
  std::memcpy(exact.get(), text.data(), text.size());
  JsonCursor cursor({exact.get(), text.size()});
  JsonString string;
  const JsonStep step = cursor.take_string(string);
  end = cursor.offset();
  return step;
}

}  // namespace

TEST_SUITE("json scan") {
  TEST_CASE("each byte at each place of a string is taken for what it is") {
    for (std::size_t size = 1; size <= 20; ++size) {
      for (std::size_t place = 0; place < size; ++place) {
        for (int byte = 0; byte < 256; ++byte) {
          std::string content(size, '#');
          content[place] = static_cast<char>(byte);
          CAPTURE(size);
          CAPTURE(place);
          CAPTURE(byte);
          std::size_t end = 0;
          const JsonStep step = take('"' + content + '"', end);
          if (byte == '"') {
            REQUIRE(step == JsonStep::done);
            REQUIRE(end == place + 2);
          } else if (byte < 0x20 || byte == '\\') {
            // A backslash escapes what follows, which is never an escape here but the last quote.
            const bool last = byte == '\\' && place + 1 == size;
            REQUIRE(step == (last ? JsonStep::cut : JsonStep::wrong));
          } else {
            REQUIRE(step == JsonStep::done);
            REQUIRE(end == size + 2);
          }
        }
      }
    }
  }

  TEST_CASE("a string without an end is cut, whatever its length") {
    for (std::size_t size = 0; size <= 40; ++size) {
      std::size_t end = 0;
      CHECK(take('"' + std::string(size, 'x'), end) == JsonStep::cut);
      CHECK(end == size + 1);
    }
  }
}

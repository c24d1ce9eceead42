// Stands in the module that judges for the C library's conversions, of which nlohmann/json asks for
// two: with that library's own the module is a quarter larger, and a frame of many fractions takes
// six times as long, because strtod computes in a long double that WebAssembly does not have.
//
// Knows only what nlohmann/json hands over, and is no C library for anybody else.
#include <cmath>
#include <cstddef>

#include "../core/json_number.hpp"

extern "C" {

// What comes here is a JSON number from its first character to the zero byte.
double strtod(const char* text, char** end) {
  const std::string_view number(text);
  *end = const_cast<char*>(text) + number.size();
  return keepline::read_number(number).value_or(HUGE_VAL);
}

// Nobody calls these; but libc++ names them, and the C library has them in one file with strtod.
float strtof(const char* text, char** end) { return static_cast<float>(strtod(text, end)); }
long double strtold(const char* text, char** end) { return strtod(text, end); }

// Asked for to show a control character in the text of an error, which nobody reads.
int snprintf(char* text, std::size_t size, const char* /*format*/, ...) {
  if (size > 0) *text = '\0';
  return 0;
}
}

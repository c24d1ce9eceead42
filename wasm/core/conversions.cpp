#include "conversions.hpp"

#include <limits>

#include "json_number.hpp"

double keepline_strtod(const char* text, char** end) {
  const std::string_view number(text);
  *end = const_cast<char*>(text) + number.size();
  return keepline::read_number(number).value_or(std::numeric_limits<double>::infinity());
}

int keepline_snprintf(char* text, std::size_t size, const char* /*format*/, ...) {
  if (size > 0) *text = '\0';
  return 0;
}

// What nlohmann/json takes for the C library's conversions where it is compiled to WebAssembly
// (CMakeLists.txt renames them for it).
//
// The library's own would make the module that judges a quarter larger, and a frame of many
// fractions many times slower: its strtod computes in a long double, which WebAssembly does not
// have. Knows only what nlohmann/json hands over, and is no C library for anybody else.
#pragma once

#include <cstddef>

extern "C" {

// `text` is a JSON number from its first character to its zero byte. Infinite past double, of
// whichever sign.
double keepline_strtod(const char* text, char** end);

// Asked for to show a control character in the text of an error, which nobody reads: writes
// nothing.
int keepline_snprintf(char* text, std::size_t size, const char* format, ...);
}

// libFuzzer's door: hands each input over in memory of exactly its size, so that the address
// sanitizer sees any look past its end.
#include <cstddef>
#include <cstring>
#include <memory>

#include "target.hpp"

// The name that libFuzzer calls.
extern "C" int test_one_input(const std::uint8_t* data,
                              std::size_t size) __asm__("LLVMFuzzerTestOneInput");

extern "C" int test_one_input(const std::uint8_t* data, std::size_t size) {
  const auto exact = std::make_unique<char[]>(size);
  if (size > 0) std::memcpy(exact.get(), data, size);
  keepline::fuzz::run({exact.get(), size});
  return 0;
}

#include "counting_new.hpp"

#include <cstdlib>
#include <new>

namespace {

std::size_t count = 0;

}  // namespace

namespace keepline::test {

std::size_t allocations() { return count; }

}  // namespace keepline::test

// The C++ library's other forms end in these.
void* operator new(std::size_t size) {
  ++count;
  if (void* room = std::malloc(size)) return room;
  throw std::bad_alloc{};
}
void operator delete(void* room) noexcept { std::free(room); }
void operator delete(void* room, std::size_t /*size*/) noexcept { std::free(room); }

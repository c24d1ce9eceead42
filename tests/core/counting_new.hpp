// How often this program has allocated: for what promises not to.
#pragma once

#include <cstddef>

namespace keepline::test {

std::size_t allocations();

}  // namespace keepline::test

// What the module allocates with. Freed memory lies on one of thirty shelves, by its size rounded
// up to a power of two, until the same size is asked for again; it is neither split nor joined. So
// a size may take up twice what it needs, and no more than was in use of it at once: what the core
// keeps is bounded, and a frame lives no longer than one call. It stands
// in for Emscripten's smallest, which is larger to download.
//
// Knows one thread. Only for releases whose own allocator can be left out (CMakeLists.txt).
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

extern "C" {
// Where the linker's own data ends; its address is what is meant.
extern unsigned char __heap_base;
// Emscripten's: JavaScript looks at a memory that has grown through new views.
void emscripten_notify_memory_growth(std::size_t memory);
}

namespace {

constexpr std::size_t page_bytes = 65536;
// Growing page by page would make new views each time.
constexpr std::size_t growth_min_pages = 16;
// Before each block its shelf; as wide as blocks are aligned, which no type here needs to be more.
constexpr std::size_t header_bytes = 8;
constexpr std::size_t block_min_bytes = 8;
// Far beyond the longest frame, and twice of it still fits the address space.
constexpr std::size_t block_max_bytes = std::size_t{1} << 30;

// The first free block of each size; each holds the address of the next.
void* shelves[31];
std::uintptr_t top = reinterpret_cast<std::uintptr_t>(&__heap_base);

bool reach(std::uintptr_t end) {
  const std::size_t now_bytes = __builtin_wasm_memory_size(0) * page_bytes;
  if (end <= now_bytes) return true;
  const std::size_t pages = (end - now_bytes) / page_bytes + growth_min_pages;
  if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) return false;
  emscripten_notify_memory_growth(0);
  return true;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  if (size > block_max_bytes) return nullptr;
  const auto shelf = static_cast<std::size_t>(std::bit_width(std::max(size, block_min_bytes) - 1));
  if (void* block = shelves[shelf]) {
    shelves[shelf] = *static_cast<void**>(block);
    return block;
  }
  const std::uintptr_t at = top + header_bytes;
  const std::uintptr_t end = at + (std::size_t{1} << shelf);
  if (!reach(end)) return nullptr;
  top = end;
  *reinterpret_cast<std::size_t*>(at - header_bytes) = shelf;
  return reinterpret_cast<void*>(at);
}

void free(void* block) {
  if (block == nullptr) return;
  void*& shelf = shelves[*reinterpret_cast<std::size_t*>(static_cast<char*>(block) - header_bytes)];
  *static_cast<void**>(block) = shelf;
  shelf = block;
}

}  // extern "C"

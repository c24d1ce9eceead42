// Who wants which events: patterns in, an answer per type out, and names of types interned so that
// a name crosses to JavaScript once.
//
// A pattern is an exact type, a prefix with one trailing '*', or '*'. Looking a type up allocates
// nothing. Bounded: patterns and names stop growing at a stated size. Knows nothing of handlers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "ids.hpp"

namespace keepline {

// More patterns than a page can mean: past it, subscribe() says no instead of growing.
inline constexpr std::size_t subscriptions_max = 4096;
// Names interned for delivery and counting; types past it are delivered by name, uncounted.
inline constexpr std::size_t type_names_max = 512;
// PROTOCOL: patterns in one `subscribe`; more of them are told as '*'.
inline constexpr std::size_t announced_patterns_max = 64;

class Routes {
 public:
  static bool is_pattern(std::string_view pattern);

  // False where it is no pattern or the table is full. One that is there already stays once.
  bool add(std::string_view pattern);
  // False where it is not there.
  bool remove(std::string_view pattern);
  // Not const: the answer is remembered until the patterns change.
  bool wants(std::string_view type);

  // Interns on first sight; nobody where the table is full.
  TypeId intern(std::string_view type);
  void count(TypeId type, int by);

  std::size_t type_count() const { return types_.size(); }
  std::string_view name(TypeId type) const;
  std::uint64_t received(TypeId type) const;

  // What a server that filters is told: the patterns in order, as JSON strings with commas
  // between them; "*" past the bound, and where it filters nothing.
  std::string announced(bool filters = true) const;

  friend bool operator==(const Routes&, const Routes&) = default;

 private:
  enum class Answer : std::uint8_t { unknown, no, yes };
  struct Known {
    std::string name;
    Answer wanted = Answer::unknown;
    std::uint64_t received = 0;
    friend bool operator==(const Known&, const Known&) = default;
  };

  bool has_subscriber(std::string_view type) const;
  void forget_answers();
  TypeId find(std::string_view type);
  std::size_t slot_of(std::string_view type) const;

  std::list<std::string> patterns_;
  std::vector<Known> types_;  // index is TypeId - 1
  TypeId found_;              // looked up last: often the next one too
  std::array<std::uint16_t, 2 * type_names_max>
      slots_{};  // open addressing over types_, 0 is empty
};

}  // namespace keepline

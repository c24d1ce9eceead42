// Names of things that the core hands out: strong types over counters, never reused.
//
// 32 bits last for a socket a second over a hundred years, and they cross to JavaScript as plain
// numbers. Zero is nobody.
#pragma once

#include <compare>
#include <cstdint>

namespace keepline {

template <class Tag>
struct Id {
  std::uint32_t value = 0;

  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

using SocketId = Id<struct SocketTag>;
using TokenRequestId = Id<struct TokenRequestTag>;
using MessageId = Id<struct MessageTag>;
// An event type that somebody subscribed to, interned: the name crosses to JavaScript once.
using TypeId = Id<struct TypeTag>;

}  // namespace keepline

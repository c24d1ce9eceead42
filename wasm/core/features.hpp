// What `connected` says that a server can do.
#pragma once

#include <cstdint>
#include <string_view>

namespace keepline {

enum class Feature : std::uint8_t { subscribe, reauth, resume, ack, batch };
inline constexpr std::string_view feature_names = "subscribe,reauth,resume,ack,batch";

struct Features {
  std::uint8_t bits = 0;  // one for each, in that order

  bool have(Feature feature) const { return (bits >> static_cast<int>(feature) & 1) != 0; }

  friend bool operator==(const Features&, const Features&) = default;
};

}  // namespace keepline

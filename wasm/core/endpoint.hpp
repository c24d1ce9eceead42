// Page location and options in; WebSocket URL and environment, or an error, out (pure).
//
// Nothing is fetched or resolved here, and the answer never depends on anything but the arguments.
// What is not plainly right is refused: a token goes only where the page's author meant it to go.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "error.hpp"

namespace keepline {

inline constexpr std::int32_t address_max_bytes =
    2048;  // what every browser, proxy and server takes

enum class Environment : std::uint8_t { development, replit, production };
std::string_view to_string(Environment environment);

struct Endpoint {
  std::string url;    // what is dialled
  std::string shown;  // the same without its query: what people and logs see
  Environment environment = Environment::production;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct EndpointRequest {
  std::string_view page;                // the page's location, as text
  std::string_view path;                // begins with one '/'
  std::optional<std::string_view> url;  // where given, `path` does not count
  bool allow_insecure = false;
};

std::variant<Endpoint, ConnectionError> resolve_endpoint(const EndpointRequest& request);

}  // namespace keepline

// The endpoint: whatever the page and the options say, a token goes nowhere but where a plain
// WebSocket URL leads.
//   input: a byte of flags, then page, path and url, a line each
#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "endpoint.hpp"
#include "target.hpp"

namespace keepline::fuzz {
namespace {

bool is_plain(char character) {
  return character > ' ' && character < '\x7F' && character != '\\' && character != '#' &&
         character != '@' && character != '%';
}

// The C library reads every form of IPv4 address that browsers do.
bool is_loopback(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);  // the root's dot
  in_addr address{};
  if (inet_aton(std::string(host).c_str(), &address) != 0) {
    return (ntohl(address.s_addr) >> 24) == 127;
  }
  return host == "localhost" || host.ends_with(".localhost") || host == "[::1]";
}

void check(const Endpoint& endpoint, const EndpointRequest& request) {
  const std::string_view url = endpoint.url;
  const bool secure = url.starts_with("wss://");
  demand(secure || url.starts_with("ws://"), "another scheme");
  demand(std::all_of(url.begin(), url.end(), is_plain), "a character that no URL of ours has");
  std::string_view rest = url.substr(secure ? 6 : 5);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  const auto bracket = authority.find(']');
  const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view host = authority.substr(0, colon);
  demand(!host.empty(), "no host");
  demand(std::none_of(host.begin(), host.end(), [](char c) { return c >= 'A' && c <= 'Z'; }),
         "a host in upper case");
  demand(endpoint.shown == url.substr(0, url.find('?')), "the query is shown");
  demand(secure || request.allow_insecure || endpoint.environment != Environment::production,
         "an insecure endpoint in production");
  if (!secure && request.page.starts_with("https://")) {
    demand(is_loopback(host), "an insecure endpoint of a secure page");
  }
  // What is resolved is what it resolves to.
  const auto again = resolve_endpoint({"about:blank", "/ws", url, true});
  const auto* same = std::get_if<Endpoint>(&again);
  demand(same != nullptr && *same == endpoint, "resolved again it is another");
}

}  // namespace

void run(std::string_view input) {
  const std::uint8_t flags = take_byte(input);
  EndpointRequest request;
  request.page = take_until(input, '\n');
  request.path = take_until(input, '\n');
  if ((flags & 1) != 0) request.url = input;
  request.allow_insecure = (flags & 2) != 0;
  const auto resolved = resolve_endpoint(request);
  if (const auto* error = std::get_if<ConnectionError>(&resolved)) {
    demand(
        error->kind == ErrorKind::endpoint_invalid || error->kind == ErrorKind::insecure_endpoint,
        "another error than an endpoint's");
    return;
  }
  check(*std::get_if<Endpoint>(&resolved), request);
}

}  // namespace keepline::fuzz

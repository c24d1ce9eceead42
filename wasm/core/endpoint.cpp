#include "endpoint.hpp"

#include <algorithm>
#include <utility>

#include "text.hpp"

namespace keepline {
namespace {

constexpr std::uint32_t port_max = 65535;
constexpr std::uint32_t ws_port = 80;
constexpr std::uint32_t wss_port = 443;
constexpr std::size_t ipv4_parts = 4;
constexpr std::uint64_t octet_max = 255;
constexpr std::size_t ipv6_groups = 8;
constexpr std::size_t ipv6_group_digits_max = 4;

// The rules that input breaks are literals, so that no input is ever echoed; null is none.
using Broken = const char*;

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return to_lower(c); });
  return out;
}

// Of a hexadecimal digit its value, of every other character 16.
std::uint32_t digit_value(char c) {
  const auto letter = static_cast<unsigned char>(to_lower(c) - 'a');
  return is_digit(c) ? static_cast<std::uint32_t>(c - '0') : letter < 6 ? letter + 10U : 16U;
}

bool is_host_character(char c) {
  return is_digit(c) || is_letter(c) || c == '-' || c == '.' || c == '_';
}

bool ends_with(std::string_view text, std::string_view tail) {
  return text.size() > tail.size() && text.substr(text.size() - tail.size()) == tail;
}

// What stands before `mark`; `rest` goes on after it, and `found` says whether it was there.
struct Split {
  std::string_view head;
  std::string_view rest;
  bool found = true;
};

Split split_at(std::string_view text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {text, {}, false};
  return {text.substr(0, at), text.substr(at + 1), true};
}

// One label of a host read as a number, in every form that browsers take: decimal, octal after 0,
// hexadecimal after 0x.
struct HostNumber {
  std::uint64_t value = 0;
  bool valid = false;
  bool plain = false;  // decimal without leading zeros
};

HostNumber read_host_number(std::string_view label) {
  constexpr std::uint64_t too_large = std::uint64_t{1} << 32;
  const bool hex = label.substr(0, 2) == "0x";
  const bool octal = !hex && label.size() > 1 && label[0] == '0';
  const std::uint64_t base = hex ? 16 : octal ? 8 : 10;
  HostNumber out{0, !label.empty(), !hex && !octal};
  for (const char c : label.substr(hex ? 2 : 0)) {
    const std::uint32_t digit = digit_value(c);
    if (digit >= base) return {};
    out.value = std::min(out.value * base + digit, too_large);
  }
  return out;
}

enum class HostForm : std::uint8_t { name, ipv4, refused };

struct Host {
  HostForm form = HostForm::name;
  std::uint64_t ipv4 = 0;  // its octets, the first one highest
};

// A browser takes every host whose last label is a number for an IPv4 address, `127.1` and `0x7f.1`
// included, and throws where it is none (WHATWG URL, "ends in a number"). Only four plain decimal
// numbers are taken for an address here: the other forms stay names, so that none passes for
// loopback. `name` is in lower case and without a trailing dot.
Host classify_host(std::string_view name) {
  Host host{HostForm::ipv4, 0};
  std::size_t count = 0;
  HostNumber last;
  Split label{{}, name, true};
  while (label.found) {
    label = split_at(label.rest, '.');
    last = read_host_number(label.head);
    const bool fits = last.valid && count < ipv4_parts && (!label.found || last.value <= octet_max);
    if (!fits) host.form = HostForm::refused;
    if (!last.plain && host.form == HostForm::ipv4) host.form = HostForm::name;
    host.ipv4 = host.ipv4 << 8 | last.value;
    ++count;
  }
  if (!last.valid && !std::all_of(label.head.begin(), label.head.end(), is_digit)) return {};
  if (host.form == HostForm::refused) return host;
  // The last number fills the octets that are not named.
  if (last.value >> (8 * (ipv4_parts + 1 - count)) != 0) return {HostForm::refused, 0};
  if (count < ipv4_parts) host.form = HostForm::name;
  return host;
}

// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, and 0.0.0.0: this machine, whichever it is.
bool is_private(std::uint64_t ip) {
  return ip >> 24 == 10 || ip >> 20 == 0xAC1 || ip >> 16 == 0xC0A8 || ip == 0;
}

// Groups of one to four hexadecimal digits; a dotted quad may stand for the last two (RFC
// 4291, 2.2). Returns how many of the eight groups they are, or more than eight where they are
// none.
std::size_t count_ipv6_groups(std::string_view text, bool may_end_in_ipv4) {
  constexpr std::size_t none = ipv6_groups + 1;
  std::size_t count = 0;
  Split group{{}, text, !text.empty()};
  while (group.found) {
    group = split_at(group.rest, ':');
    if (may_end_in_ipv4 && !group.found && group.head.find('.') != std::string_view::npos) {
      return classify_host(group.head).form == HostForm::ipv4 ? count + 2 : none;
    }
    const bool hex = std::all_of(group.head.begin(), group.head.end(), is_hex_digit);
    if (!hex || group.head.empty() || group.head.size() > ipv6_group_digits_max) return none;
    ++count;
  }
  return count;
}

bool is_ipv6(std::string_view text) {
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return count_ipv6_groups(text, true) == ipv6_groups;
  const std::size_t before = count_ipv6_groups(text.substr(0, gap), false);
  const std::size_t after = count_ipv6_groups(text.substr(gap + 2), true);
  return before + after < ipv6_groups;
}

// Scheme, host and port of an http(s) or ws(s) URL, as the WebSocket URL will have them.
struct Origin {
  bool secure = false;
  std::string host;  // lower case; IPv6 with its brackets
  std::uint32_t port = 0;
  Environment environment = Environment::production;
  bool loopback = false;
};

Broken judge_name(std::string_view text, Origin& origin) {
  if (!std::all_of(text.begin(), text.end(), is_host_character)) {
    return "host has a character that no host name has";
  }
  // The root's dot makes no other host of it.
  if (ends_with(text, ".")) text.remove_suffix(1);
  if (text.empty() || text[0] == '.' || text.back() == '.' ||
      text.find("..") != std::string_view::npos) {
    return "host is empty or has an empty label";
  }
  const Host host = classify_host(text);
  if (host.form == HostForm::refused) return "host ends in a number but is no IPv4 address";
  const bool ipv4 = host.form == HostForm::ipv4;
  origin.loopback =
      text == "localhost" || ends_with(text, ".localhost") || (ipv4 && host.ipv4 >> 24 == 127);
  if (origin.loopback || ends_with(text, ".local") || (ipv4 && is_private(host.ipv4))) {
    origin.environment = Environment::development;
  } else if (ends_with(text, ".replit.dev") || ends_with(text, ".repl.co")) {
    origin.environment = Environment::replit;
  }
  return nullptr;
}

Broken judge_ipv6(std::string_view text, Origin& origin) {
  if (!is_ipv6(text.substr(1, text.size() - 2))) return "host is no IPv6 address";
  origin.loopback = text == "[::1]";
  if (origin.loopback) origin.environment = Environment::development;
  return nullptr;
}

Broken read_port(std::string_view text, Origin& origin) {
  std::uint32_t port = 0;
  for (const char c : text) {
    if (!is_digit(c)) return "port is not a number";
    port = std::min(port * 10 + static_cast<std::uint32_t>(c - '0'), port_max + 1);
  }
  if (port < 1 || port > port_max) return "port is not in 1-65535";
  origin.port = port;
  return nullptr;
}

// `authority` is host, or host:port. Returns the rule it breaks, or null.
Broken read_authority(std::string_view authority, Origin& origin) {
  const bool bracketed = authority.substr(0, 1) == "[";
  const std::size_t host_end = bracketed ? authority.find(']') + 1 : authority.find(':');
  if (bracketed && host_end == 0) return "host lacks its closing bracket";
  origin.host = to_lower(authority.substr(0, host_end));
  const Broken wrong =
      bracketed ? judge_ipv6(origin.host, origin) : judge_name(origin.host, origin);
  if (wrong != nullptr) return wrong;
  origin.port = origin.secure ? wss_port : ws_port;
  if (host_end >= authority.size()) return nullptr;
  const std::string_view port = authority.substr(host_end);
  return port[0] == ':' ? read_port(port.substr(1), origin) : "host is followed by no port";
}

// "https://host:port/rest" cut up; nothing where it does not begin with a scheme and "//".
struct Absolute {
  std::string_view scheme;
  std::string_view authority;
  std::string_view rest;

  bool has_scheme(std::string_view name) const {
    return std::equal(scheme.begin(), scheme.end(), name.begin(), name.end(),
                      [](char c, char lower) { return to_lower(c) == lower; });
  }
};

std::optional<Absolute> split_absolute(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const std::string_view after = text.substr(scheme_end + 3);
  const std::size_t authority_end = std::min(after.find_first_of("/?#"), after.size());
  return Absolute{text.substr(0, scheme_end), after.substr(0, authority_end),
                  after.substr(authority_end)};
}

Broken read_page(std::string_view page, Origin& origin) {
  constexpr Broken opaque = "not an http(s) page: an absolute url is needed";
  std::optional<Absolute> parts = split_absolute(page);
  if (!parts) return opaque;
  origin.secure = parts->has_scheme("https");
  if (!origin.secure && !parts->has_scheme("http")) return opaque;
  // A page opened with a password in its address shows it here. What follows the last '@' is the
  // host only because nothing else that a URL parser would stop at may stand before it.
  const std::size_t at = parts->authority.rfind('@');
  if (at != std::string_view::npos && parts->authority.find('\\') == std::string_view::npos) {
    parts->authority.remove_prefix(at + 1);
  }
  return read_authority(parts->authority, origin);
}

// What neither `path` nor `url` may have anywhere.
Broken judge_characters(std::string_view text) {
  if (text.size() > address_max_bytes) return "must be 2048 bytes at most";
  for (const char c : text) {
    if (c == '\\') return "no backslash may be in it";
    if (c == ' ') return "no space may be in it";
    if (c == '#') return "no fragment may be in it";
    if (c == '@') return "no '@' and no user info may be in it";
    if (c == '%') return "no '%' may be in it";
    if (c < ' ' || c >= '\x7F') return "no control or non-ASCII character may be in it";
  }
  return nullptr;
}

Broken judge_path(std::string_view path) {
  const bool one_slash = path.substr(0, 1) == "/" && path.substr(0, 2) != "//";
  return one_slash ? nullptr : "must begin with one '/'";
}

Broken read_url(std::string_view url, Origin& origin, std::string_view& target) {
  const std::optional<Absolute> parts = split_absolute(url);
  if (!parts) return "must be absolute or begin with one '/'";
  origin.secure = parts->has_scheme("wss") || parts->has_scheme("https");
  if (!origin.secure && !parts->has_scheme("ws") && !parts->has_scheme("http")) {
    return "scheme is not ws, wss, http or https";
  }
  target = parts->rest;
  return read_authority(parts->authority, origin);
}

ConnectionError fail(ErrorKind kind, std::string_view subject, std::string_view rule) {
  ConnectionError error;
  error.kind = kind;
  error.detail.append(subject).append(": ").append(rule);
  return error;
}

Endpoint compose(const Origin& origin, std::string_view target) {
  Endpoint endpoint;
  endpoint.environment = origin.environment;
  endpoint.shown.append(origin.secure ? "wss://" : "ws://").append(origin.host);
  if (origin.port != (origin.secure ? wss_port : ws_port)) {
    append_decimal(endpoint.shown += ':', origin.port);
  }
  if (target.substr(0, 1) != "/") endpoint.shown += '/';
  const std::string_view path = split_at(target, '?').head;
  endpoint.url.append(endpoint.shown).append(target);
  endpoint.shown += path;
  return endpoint;
}

}  // namespace

std::string_view to_string(Environment environment) {
  constexpr std::string_view names = "development,replit,production";
  static_assert(names_all(names, Environment::production));
  return name_in(names, environment);
}

std::variant<Endpoint, ConnectionError> resolve_endpoint(const EndpointRequest& request) {
  const std::string_view subject = request.url ? "url" : "path";
  std::string_view target = request.url.value_or(request.path);
  Broken rule = judge_characters(target);
  if (rule != nullptr) return fail(ErrorKind::endpoint_invalid, subject, rule);

  Origin page;
  const Broken page_rule = read_page(request.page, page);
  const bool absolute = request.url && target.substr(0, 1) != "/";
  Origin origin;
  rule = absolute ? read_url(target, origin, target) : judge_path(target);
  if (rule != nullptr) return fail(ErrorKind::endpoint_invalid, subject, rule);
  if (!absolute) {
    if (page_rule != nullptr) return fail(ErrorKind::endpoint_invalid, "page", page_rule);
    origin = page;
  }

  if (!origin.secure && page.secure && !origin.loopback) {
    return fail(ErrorKind::insecure_endpoint, subject, "ws: from an https: page");
  }
  if (!origin.secure && origin.environment == Environment::production && !request.allow_insecure) {
    return fail(ErrorKind::insecure_endpoint, subject, "ws: to a production host");
  }
  return compose(origin, target);
}

}  // namespace keepline

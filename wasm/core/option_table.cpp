#include "option_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>

#include "endpoint.hpp"

namespace keepline {
namespace {

using Row = OptionRow;

constexpr std::int32_t mebibyte = 1024 * 1024;
constexpr std::int32_t page_max_bytes = 64 * mebibyte;  // a data: page may be its own whole content
constexpr std::int32_t member_name_max_bytes = 64;
constexpr std::int32_t day_ms = 24 * 60 * 60 * 1000;

constexpr std::string_view strategies[] = {"exponential", "full-jitter"};
constexpr std::string_view formats[] = {"json", "text", "off"};
constexpr std::string_view overflows[] = {"reject", "drop-oldest"};
constexpr std::string_view validations[] = {"off", "report", "strict"};
constexpr std::string_view log_levels[] = {"debug", "info", "warn", "error", "silent"};

template <class Member>
constexpr OptionKept kept_as() {
  if constexpr (std::is_same_v<Member, bool>) return OptionKept::byte;
  if constexpr (std::is_same_v<Member, Duration>) return OptionKept::real;  // its one member
  if constexpr (std::is_same_v<Member, double>) return OptionKept::real;
  if constexpr (std::is_same_v<Member, int>) return OptionKept::integer;
  if constexpr (std::is_same_v<Member, std::size_t>) return OptionKept::size;
  if constexpr (std::is_same_v<Member, std::string>) return OptionKept::text;
  if constexpr (std::is_same_v<Member, std::optional<std::string>>) return OptionKept::maybe_text;
  if constexpr (std::is_enum_v<Member>) {
    static_assert(std::is_same_v<std::underlying_type_t<Member>, unsigned char>);
    return OptionKept::byte;
  }
}

// Where an option is kept.
struct Place {
  OptionKept kept;
  std::size_t offset;
};

static_assert(std::is_standard_layout_v<Options>);
#define KEEPLINE_PLACE(member) \
  Place { kept_as<decltype(std::declval<Options>().member)>(), offsetof(Options, member) }

constexpr Row number(Place place, std::string_view name, std::int32_t min, std::int32_t max) {
  Row row;
  row.name = name;
  row.type = OptionType::number;
  row.kept = place.kept;
  row.offset = static_cast<std::uint16_t>(place.offset);
  row.min = min;
  row.max = max;
  return row;
}

constexpr Row integer(Place place, std::string_view name, std::int32_t min, std::int32_t max) {
  Row row = number(place, name, min, max);
  row.type = OptionType::integer;
  return row;
}

constexpr Row boolean(Place place, std::string_view name) {
  Row row = number(place, name, 0, 1);
  row.type = OptionType::boolean;
  return row;
}

constexpr Row choice(Place place, std::string_view name,
                     std::span<const std::string_view> choices) {
  Row row = number(place, name, 0, static_cast<std::int32_t>(choices.size()) - 1);
  row.type = OptionType::choice;
  row.choices = choices;
  return row;
}

constexpr Row string(Place place, std::string_view name, std::int32_t min, std::int32_t max) {
  Row row = number(place, name, min, max);
  row.type = OptionType::string;
  return row;
}

// `most` rows further on.
constexpr Row at_most(std::string_view other, std::uint8_t most, Row row) {
  row.at_most = other;
  row.most = most;
  return row;
}

constexpr Row or_zero(Row row) {
  row.or_zero = true;
  return row;
}

// An envelope's members have different names: of two with one name, one would never be read.
constexpr Row member_name(Place place, std::string_view name) {
  Row row = string(place, name, 1, member_name_max_bytes);
  row.distinct = true;
  return row;
}

constexpr Row rooted(Row row) {
  row.rooted = true;
  return row;
}

constexpr Row internal(Row row) {
  row.internal = true;
  return row;
}

struct Documented {
  Row row;
  std::string_view doc;
};

// Durations are numbers: fractions of a millisecond harm nobody. Counts and bytes are integers.
// What an address may be is the endpoint's to judge (endpoint_invalid): here only its size, and how
// a path begins.
constexpr Documented documented[] = {
    {rooted(string(KEEPLINE_PLACE(path), "path", 0, address_max_bytes)),
     "Where the endpoint is on the page's own host; begins with one `/`."},
    {string(KEEPLINE_PLACE(url), "url", 0, address_max_bytes),
     "The endpoint as an absolute `wss:` or `https:` URL, or as a path; then `path` does not "
     "count."},
    {boolean(KEEPLINE_PLACE(allow_insecure), "allowInsecure"),
     "Allow `ws:` to production hosts from `http:` pages, where the network itself is trusted."},
    {number(KEEPLINE_PLACE(token_timeout), "tokenTimeoutMs", 1000, 120000),
     "How long `getToken` may take before it is abandoned and asked again."},
    {boolean(KEEPLINE_PLACE(require_connected), "requireConnected"),
     "Only the server's `connected` makes the link usable; owed anyway by one that has ever sent "
     "it."},
    {number(KEEPLINE_PLACE(hello_timeout), "helloTimeoutMs", 0, 10000),
     "Where a token and `keepline.v1` were offered: how long a link waits for its first frame."},
    {number(KEEPLINE_PLACE(connect_timeout), "connectTimeoutMs", 1000, 60000),
     "How long the first dial may take; later ones adapt to the measured round trip."},
    {choice(KEEPLINE_PLACE(backoff.strategy), "backoff.strategy", strategies),
     "`exponential`: each wait is longer than the last; `full-jitter`: drawn from 250 ms up to "
     "it."},
    {at_most("backoff.maxMs", 2,
             number(KEEPLINE_PLACE(backoff.initial), "backoff.initialMs", 100, 600000)),
     "The first wait."},
    {number(KEEPLINE_PLACE(backoff.factor), "backoff.factor", 1, 10),
     "How many times longer each wait is than the one before."},
    {number(KEEPLINE_PLACE(backoff.max), "backoff.maxMs", 100, 600000), "No wait is longer."},
    {number(KEEPLINE_PLACE(backoff.jitter), "backoff.jitter", 0, 1),
     "The share of each wait that is random, so that many clients do not return at once."},
    {integer(KEEPLINE_PLACE(backoff.max_attempts), "backoff.maxAttempts", 0, 10000),
     "After so many waits the connection is `suspended`."},
    {or_zero(number(KEEPLINE_PLACE(backoff.slow_probe), "backoff.slowProbeMs", 5000, day_ms)),
     "How often, give or take half, a suspended connection still tries; 0: never."},
    {choice(KEEPLINE_PLACE(heartbeat.format), "heartbeat.format", formats),
     "`json`: `{\"type\":\"ping\"}`; `text`: bare `ping`, for servers that speak that; `off`: "
     "none."},
    {number(KEEPLINE_PLACE(heartbeat.interval), "heartbeat.intervalMs", 1000, 600000),
     "How often a ping is sent; the server may override it within 5 to 120 s."},
    {number(KEEPLINE_PLACE(heartbeat.timeout), "heartbeat.timeoutMs", 1000, 60000),
     "How long an answer may take before the link counts as dead."},
    {number(KEEPLINE_PLACE(heartbeat.probe), "heartbeat.probeMs", 500, 10000),
     "The least that an answer may take after a wake or a page signal."},
    {integer(KEEPLINE_PLACE(queue.max_messages), "queue.maxMessages", 0, 10000),
     "How many messages may wait for a usable link."},
    {integer(KEEPLINE_PLACE(queue.max_bytes), "queue.maxBytes", 0, 16 * mebibyte),
     "How many bytes may wait for a usable link."},
    {number(KEEPLINE_PLACE(queue.ttl), "queue.ttlMs", 0, 3600000),
     "How long a message may wait before it is rejected as `expired`."},
    {choice(KEEPLINE_PLACE(queue.overflow), "queue.overflow", overflows),
     "A full queue rejects the new message, or drops and rejects its oldest."},
    {or_zero(number(KEEPLINE_PLACE(hidden.close_after), "hidden.closeAfterMs", 1000, day_ms)),
     "A page hidden for so long closes its link until it is visible again; 0: never."},
    {integer(KEEPLINE_PLACE(max_message_bytes), "maxMessageBytes", 1, 64 * mebibyte),
     "Larger frames from the server count as malformed and are never parsed; `send` refuses "
     "larger ones."},
    {choice(KEEPLINE_PLACE(validate), "validate", validations),
     "Call-centre payloads alone: `report` counts what does not fit, `strict` does not deliver "
     "it."},
    {member_name(KEEPLINE_PLACE(names.type), "names.type"),
     "The member that holds an event's type; some servers say `event`."},
    {member_name(KEEPLINE_PLACE(names.data), "names.data"), "The member that holds its payload."},
    {member_name(KEEPLINE_PLACE(names.seq), "names.seq"),
     "The member that holds its position in the stream."},
    {member_name(KEEPLINE_PLACE(names.id), "names.id"),
     "The member that holds the sender's id for it."},
    {member_name(KEEPLINE_PLACE(names.ts), "names.ts"),
     "The member that holds the sender's clock, in milliseconds since the epoch."},
    {choice(KEEPLINE_PLACE(log_level), "logLevel", log_levels),
     "The least severe line that reaches the log."},
    {internal(string(KEEPLINE_PLACE(page), "page", 0, page_max_bytes)), "The page's location."},
    {internal(boolean(KEEPLINE_PLACE(has_token_provider), "hasTokenProvider")),
     "Whether a token is asked for before every dial."},
    {internal(boolean(KEEPLINE_PLACE(has_url_provider), "hasUrlProvider")),
     "Whether an address is asked for before every dial."},
};

constexpr auto rows = [] {
  std::array<Row, std::size(documented)> out{};
  std::transform(std::begin(documented), std::end(documented), out.begin(),
                 [](const Documented& each) { return each.row; });
  return out;
}();

static_assert(std::all_of(rows.begin(), rows.end(), [](const Row& row) {
  return row.most == 0 || (&row)[row.most].name == row.at_most;
}));

// The same without the words: all that setting by number carries.
constexpr auto slots = [] {
  std::array<OptionSlot, std::size(documented)> out{};
  std::copy(rows.begin(), rows.end(), out.begin());
  return out;
}();

}  // namespace

void OptionSlot::set(Options& options, double value) const {
  void* const at = reinterpret_cast<std::byte*>(&options) + offset;
  switch (kept) {
    case OptionKept::real:
      *static_cast<double*>(at) = value;
      break;
    case OptionKept::integer:
      *static_cast<int*>(at) = static_cast<int>(value);
      break;
    case OptionKept::size:
      *static_cast<std::size_t*>(at) = static_cast<std::size_t>(value);
      break;
    case OptionKept::byte:
      *static_cast<unsigned char*>(at) = static_cast<unsigned char>(value);
      break;
    case OptionKept::text:
    case OptionKept::maybe_text:
      break;
  }
}

double OptionSlot::get(const Options& options) const {
  const void* const at = reinterpret_cast<const std::byte*>(&options) + offset;
  switch (kept) {
    case OptionKept::real:
      return *static_cast<const double*>(at);
    case OptionKept::integer:
      return *static_cast<const int*>(at);
    case OptionKept::size:
      return static_cast<double>(*static_cast<const std::size_t*>(at));
    case OptionKept::byte:
      return *static_cast<const unsigned char*>(at);
    case OptionKept::text:
    case OptionKept::maybe_text:
      break;
  }
  return 0;
}

std::string& OptionSlot::text(Options& options) const {
  void* const at = reinterpret_cast<std::byte*>(&options) + offset;
  if (kept == OptionKept::text) return *static_cast<std::string*>(at);
  auto& maybe = *static_cast<std::optional<std::string>*>(at);
  return maybe ? *maybe : maybe.emplace();
}

std::span<const OptionRow> option_table() { return rows; }

bool is_in_range(const OptionSlot& row, double value) {
  return (value >= row.min && value <= row.max) || (row.or_zero && value == 0);
}

bool set_option(Options& options, std::size_t row, double value) {
  if (row >= slots.size()) return false;
  const OptionSlot& slot = slots[row];
  if (slot.type == OptionType::string || !is_in_range(slot, value)) return false;
  if (slot.type != OptionType::number && std::floor(value) != value) return false;
  slot.set(options, value);
  return true;
}

bool set_option(Options& options, std::size_t row, std::string_view text) {
  if (row >= slots.size() || slots[row].type != OptionType::string) return false;
  if (!is_in_range(slots[row], static_cast<double>(text.size()))) return false;
  slots[row].text(options) = text;
  return true;
}

std::optional<OptionConflict> find_conflict(Options& options) {
  for (std::size_t row = 0; row < slots.size(); ++row) {
    const OptionSlot& slot = slots[row];
    const std::size_t most = row + slot.most;
    if (slot.most != 0 && slot.get(options) > slots[most].get(options)) {
      return OptionConflict{row, most};
    }
    if (!slot.distinct) continue;
    for (std::size_t other = 0; other < row; ++other) {
      if (slots[other].distinct && slots[other].text(options) == slot.text(options)) {
        return OptionConflict{row, other};
      }
    }
  }
  return std::nullopt;
}

std::string_view describe_option(std::string_view name) {
  const auto* const found =
      std::find_if(std::begin(documented), std::end(documented),
                   [name](const Documented& each) { return each.row.name == name; });
  return found == std::end(documented) ? std::string_view{} : found->doc;
}

}  // namespace keepline

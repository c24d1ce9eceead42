#include "event_decode.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "json_number.hpp"

namespace keepline {
namespace {

// Steps through the members of an object in a text that is known to be JSON, so that no step of the
// cursor can fail. Begins at the opening brace; whoever is told of a member takes its value.
bool next_member(JsonCursor& cursor, JsonString& name) {
  const bool first = cursor.take('{');
  cursor.skip_space();
  if (cursor.take('}') || !(first || cursor.take(','))) return false;
  cursor.skip_space();
  cursor.take_name(name);
  return true;
}

// The members that a reader asks for and their values as they are written; of duplicates the last.
constexpr std::size_t members_max = 8;
template <std::size_t Count>
requires(Count <= members_max) using Names = std::array<std::string_view, Count>;
using Values = std::array<std::string_view, members_max>;

void read_object(JsonCursor& cursor, std::string_view text, std::span<const std::string_view> names,
                 Values& values) {
  values = {};
  JsonString name;
  while (next_member(cursor, name)) {
    const std::size_t start = cursor.offset();
    cursor.take_value();
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (says(name, names[i])) values[i] = text.substr(start, cursor.offset() - start);
    }
  }
}

// Of the root object, or of the object that is the root's member `within`. False where there is
// none.
bool read_members(std::string_view text, std::string_view within,
                  std::span<const std::string_view> names, Values& values) {
  if (!is_json_object(text)) return false;
  JsonCursor cursor(text);
  cursor.skip_space();
  bool found = within.empty();
  if (found) read_object(cursor, text, names, values);
  JsonString name;
  while (!within.empty() && next_member(cursor, name)) {
    const bool wanted = says(name, within);
    if (wanted) found = cursor.front() == '{';
    if (wanted && found) {
      read_object(cursor, text, names, values);
    } else {
      cursor.take_value();
    }
  }
  return found;
}

std::optional<std::string> text_in(std::string_view value) {
  const auto string = string_in(value);
  if (!string) return std::nullopt;
  std::string room(value.size(), '\0');
  std::string_view decoded;
  if (decode_string(*string, room, decoded) != Decoded::fits) return std::nullopt;
  return std::string(decoded);
}

std::optional<double> number_in(std::string_view value) {
  return is_number(value) ? read_number_nearly(value) : std::nullopt;
}

std::optional<Duration> duration_in(std::string_view value) {
  const auto ms = number_in(value);
  if (!ms || *ms < 0) return std::nullopt;
  return milliseconds(*ms);
}

// Whether a list has the string `wanted` among its elements.
bool lists(std::string_view list, std::string_view wanted) {
  JsonCursor cursor(list);
  if (!cursor.take('[')) return false;
  while (true) {
    cursor.skip_space();
    const std::size_t start = cursor.offset();
    if (cursor.take(']') || cursor.take_value() != JsonStep::done) return false;
    const auto string = string_in(list.substr(start, cursor.offset() - start));
    if (string && says(*string, wanted)) return true;
    cursor.skip_space();
    cursor.take(',');
  }
}

std::optional<Position> position_in(std::string_view value) {
  const auto string = string_in(value);
  return string && !string->escaped ? read_position(string->raw) : std::nullopt;
}

std::optional<RetryHint> read_hint(std::string_view text, std::string_view within) {
  static constexpr Names<2> names = {"retryAfterMs", "spreadMs"};
  Values values;
  if (!read_members(text, within, names, values)) return std::nullopt;
  const auto retry_after = number_in(values[0]);
  if (!retry_after || *retry_after < 0) return std::nullopt;
  return make_hint(*retry_after, number_in(values[1]));
}

}  // namespace

std::optional<Connected> decode_connected(std::string_view frame, const EnvelopeNames& names) {
  static constexpr Names<8> members = {"connectionId",     "userId",   "tenantId", "heartbeatMs",
                                       "tokenExpiresInMs", "features", "position", "ackWindowMs"};
  Values values;
  if (!read_members(frame, names.data, members, values)) return std::nullopt;
  auto connection_id = text_in(values[0]);
  if (!connection_id) return std::nullopt;
  Connected out;
  out.connection_id = std::move(*connection_id);
  out.user_id = text_in(values[1]).value_or(std::string{});
  out.tenant_id = text_in(values[2]).value_or(std::string{});
  out.heartbeat = duration_in(values[3]);
  out.token_expires_in = duration_in(values[4]);
  out.can_subscribe = lists(values[5], "subscribe");
  out.can_reauth = lists(values[5], "reauth");
  out.can_resume = lists(values[5], "resume");
  out.can_ack = lists(values[5], "ack");
  out.can_batch = lists(values[5], "batch");
  out.position = position_in(values[6]);
  out.ack_window = duration_in(values[7]);
  return out;
}

std::optional<RetryHint> decode_hint(std::string_view reason) { return read_hint(reason, {}); }

std::optional<RetryHint> decode_going_away(std::string_view frame, const EnvelopeNames& names) {
  return read_hint(frame, names.data);
}

std::optional<Duration> decode_authed(std::string_view frame, const EnvelopeNames& names) {
  static constexpr Names<1> members = {"expiresInMs"};
  Values values;
  if (!read_members(frame, names.data, members, values)) return std::nullopt;
  return duration_in(values[0]);
}

std::optional<ServerError> decode_server_error(std::string_view frame, const EnvelopeNames& names) {
  static constexpr Names<2> members = {"code", "message"};
  Values values;
  if (!read_members(frame, names.data, members, values)) return std::nullopt;
  return ServerError{text_in(values[0]).value_or(std::string{}),
                     text_in(values[1]).value_or(std::string{})};
}

std::optional<StreamWord> decode_stream(std::string_view frame, const EnvelopeNames& names) {
  static constexpr Names<6> members = {"from", "to", "at", "sent", "reason", "spreadMs"};
  Values values;
  if (!read_members(frame, names.data, members, values)) return std::nullopt;
  StreamWord word;
  word.from = position_in(values[0]);
  word.to = position_in(values[1]);
  word.is_open = values[1] == "null";
  word.at = position_in(values[2]);
  word.sent = read_seq(values[3]);
  if (const auto reason = string_in(values[4])) word.reason = gap_reason_named(reason->raw);
  word.spread = std::min(duration_in(values[5]).value_or(Duration{0}), hint_max);
  return word;
}

Receipt decode_ack(std::string_view frame, const EnvelopeNames& names) {
  static constexpr Names<2> members = {"outcome", "result"};
  Values values;
  if (!read_members(frame, names.data, members, values)) return {};
  const auto outcome = string_in(values[0]);
  return {outcome && says(*outcome, "repeat"), values[1]};
}

std::string_view data_in(std::string_view frame, const EnvelopeNames& names) {
  const std::string_view members[] = {names.data};
  Values values;
  read_members(frame, {}, members, values);
  return values[0];
}

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 0xFU];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

std::string quote(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

}  // namespace keepline

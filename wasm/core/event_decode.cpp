#include "event_decode.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

// Streams and exceptions of the library would only be weight: it reads memory, and says no by
// value.
#define JSON_NO_IO
#include <nlohmann/json.hpp>

#include "utf8.hpp"

namespace keepline {
namespace {

using Json = nlohmann::json;

// Translates the library's events into visits. One type for every use, since each one that the
// parser is instantiated for costs kilobytes.
class SaxAdapter {
 public:
  explicit SaxAdapter(JsonVisitor& visitor) : visitor_(visitor) {}

  JsonWalkEnd end() const { return end_; }
  std::string path() const {
    if (depth_ == 0) return {};
    const Level& level = levels_[depth_ - 1];
    if (level.array) return path_.substr(0, level.path_size) + index_mark(level);
    return level.awaits_name ? path_.substr(0, level.path_size) : path_;
  }

  bool null() { return pass(item_of(JsonKind::null)); }
  bool boolean(bool value) { return pass_number(JsonKind::boolean, value ? 1 : 0); }
  bool number_integer(Json::number_integer_t value) {
    return pass_number(JsonKind::number, static_cast<double>(value));
  }
  bool number_unsigned(Json::number_unsigned_t value) {
    return pass_number(JsonKind::number, static_cast<double>(value));
  }
  bool number_float(Json::number_float_t value, const std::string& /*as_written*/) {
    return pass_number(JsonKind::number, value);
  }
  bool string(const std::string& value) {
    JsonItem item = item_of(JsonKind::string);
    item.text = value;
    return pass(item);
  }
  bool binary(const Json::binary_t& /*value*/) { return false; }  // not of JSON texts

  bool start_object(std::size_t /*size*/) { return open(JsonKind::object); }
  bool start_array(std::size_t /*size*/) { return open(JsonKind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(const std::string& name) {
    Level& level = levels_[depth_ - 1];
    level.awaits_name = false;
    path_.resize(level.path_size);
    if (depth_ > 1) extend_path(".");
    extend_path(name);
    name_ = name;
    return true;
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) {
    constexpr int number_overflow = 406;
    begin_value();
    return stop(error.id == number_overflow ? JsonWalkEnd::out_of_range : JsonWalkEnd::not_text);
  }

 private:
  struct Level {
    std::size_t path_size = 0;  // of the container's own path
    std::size_t values = 0;     // begun so far
    bool array = false;
    bool awaits_name = false;
  };

  static JsonItem item_of(JsonKind kind) {
    JsonItem item;
    item.kind = kind;
    return item;
  }

  static std::string index_mark(const Level& level) {
    return "[" + std::to_string(level.values - 1) + "]";
  }

  // Bounded, or a long name above many containers would be copied for each of them.
  void extend_path(std::string_view piece) {
    std::size_t size = std::min(piece.size(), path_max_bytes - path_.size());
    while (size < piece.size() && size > 0 && is_utf8_continuation(piece[size])) --size;
    path_ += piece.substr(0, size);
  }

  bool stop(JsonWalkEnd end) {
    end_ = end;
    return false;
  }

  void begin_value() {
    if (depth_ > 0) ++levels_[depth_ - 1].values;
  }

  void end_value() {
    if (depth_ > 0) levels_[depth_ - 1].awaits_name = !levels_[depth_ - 1].array;
  }

  bool visit(JsonItem item) {
    begin_value();
    item.depth = depth_;
    if (depth_ > 0 && !levels_[depth_ - 1].array) item.name = name_;
    return visitor_.visit(item) || stop(JsonWalkEnd::stopped);
  }

  bool pass(const JsonItem& scalar) {
    if (!visit(scalar)) return false;
    end_value();
    return true;
  }

  bool pass_number(JsonKind kind, double value) {
    JsonItem item = item_of(kind);
    item.number = value;
    return pass(item);
  }

  bool open(JsonKind kind) {
    if (depth_ == levels_.size()) return stop(JsonWalkEnd::too_deep);
    if (!visit(item_of(kind))) return false;
    if (depth_ > 0 && levels_[depth_ - 1].array) {
      path_.resize(levels_[depth_ - 1].path_size);
      extend_path(index_mark(levels_[depth_ - 1]));
    }
    const bool array = kind == JsonKind::array;
    levels_[depth_++] = {.path_size = path_.size(), .array = array, .awaits_name = !array};
    return true;
  }

  bool close() {
    path_.resize(levels_[--depth_].path_size);
    if (!visitor_.leave(depth_)) return stop(JsonWalkEnd::stopped);
    end_value();
    return true;
  }

  JsonVisitor& visitor_;
  JsonWalkEnd end_ = JsonWalkEnd::finished;
  std::array<Level, json_depth_max> levels_;
  std::size_t depth_ = 0;
  std::string path_;  // of the container or named value that was begun last
  std::string name_;  // whole, where the path may be cut
};

}  // namespace

JsonWalk walk_json(std::string_view text, JsonVisitor& visitor) {
  if (!is_json_object(text)) return {};
  SaxAdapter adapter(visitor);
  const bool finished = Json::sax_parse(text.data(), text.data() + text.size(), &adapter);
  return {adapter.end(), finished ? std::string{} : adapter.path()};
}

namespace {

// One member that a reader asks for; it stays empty where the member is missing or of another kind.
struct Wanted {
  std::string_view name;
  std::optional<double>* number = nullptr;
  std::optional<std::string>* text = nullptr;
  std::vector<std::string>* texts = nullptr;
};

// Reads some members of one object: of the root, or of the root's member `within`.
class MemberReader final : public JsonVisitor {
 public:
  MemberReader(std::optional<std::string_view> within, std::span<const Wanted> wanted)
      : within_(within), object_depth_(within ? 1 : 0), wanted_(wanted) {}

  // Whether the object was there.
  bool read(std::string_view text) {
    return walk_json(text, *this).end == JsonWalkEnd::finished && is_object_;
  }

  bool visit(const JsonItem& item) override {
    if (item.depth <= object_depth_) {
      inside_ = item.depth == object_depth_ && (!within_ || item.name == *within_);
      if (inside_) begin_object(item);
    } else if (inside_ && item.depth == object_depth_ + 1) {
      set_member(item);
    } else if (inside_ && item.depth == object_depth_ + 2 && list_ != nullptr) {
      if (item.kind == JsonKind::string) list_->emplace_back(item.text);
    }
    return true;
  }

 private:
  static void clear(const Wanted& wanted) {
    if (wanted.number != nullptr) wanted.number->reset();
    if (wanted.text != nullptr) wanted.text->reset();
    if (wanted.texts != nullptr) wanted.texts->clear();
  }

  void begin_object(const JsonItem& item) {
    is_object_ = item.kind == JsonKind::object;
    inside_ = is_object_;
    for (const Wanted& each : wanted_) clear(each);
  }

  void set_member(const JsonItem& item) {
    list_ = nullptr;
    for (const Wanted& each : wanted_) {
      if (each.name != item.name) continue;
      clear(each);
      if (item.kind == JsonKind::number && each.number != nullptr) *each.number = item.number;
      if (item.kind == JsonKind::string && each.text != nullptr) *each.text = item.text;
      if (item.kind == JsonKind::array) list_ = each.texts;
    }
  }

  std::optional<std::string_view> within_;
  std::size_t object_depth_;
  std::span<const Wanted> wanted_;
  bool inside_ = false;
  bool is_object_ = false;
  std::vector<std::string>* list_ = nullptr;
};

std::optional<Duration> duration_from(std::optional<double> ms) {
  if (!ms || *ms < 0) return std::nullopt;
  return milliseconds(*ms);
}

std::optional<RetryHint> read_hint(std::string_view text, std::optional<std::string_view> within) {
  std::optional<double> retry_after;
  std::optional<double> spread;
  const std::array<Wanted, 2> wanted = {Wanted{.name = "retryAfterMs", .number = &retry_after},
                                        Wanted{.name = "spreadMs", .number = &spread}};
  if (!MemberReader(within, wanted).read(text) || !retry_after || *retry_after < 0) {
    return std::nullopt;
  }
  return make_hint(*retry_after, spread);
}

}  // namespace

std::optional<Connected> decode_connected(std::string_view frame, const EnvelopeNames& names) {
  std::optional<std::string> connection_id;
  std::optional<std::string> user_id;
  std::optional<std::string> tenant_id;
  std::optional<double> heartbeat;
  std::optional<double> expires_in;
  std::vector<std::string> features;
  const std::array<Wanted, 6> wanted = {
      Wanted{.name = "connectionId", .text = &connection_id},
      Wanted{.name = "userId", .text = &user_id},
      Wanted{.name = "tenantId", .text = &tenant_id},
      Wanted{.name = "heartbeatMs", .number = &heartbeat},
      Wanted{.name = "tokenExpiresInMs", .number = &expires_in},
      Wanted{.name = "features", .texts = &features},
  };
  if (!MemberReader(names.data, wanted).read(frame) || !connection_id) return std::nullopt;
  Connected out;
  out.connection_id = std::move(*connection_id);
  out.user_id = std::move(user_id).value_or(std::string{});
  out.tenant_id = std::move(tenant_id).value_or(std::string{});
  out.heartbeat = duration_from(heartbeat);
  out.token_expires_in = duration_from(expires_in);
  for (const std::string& feature : features) {
    if (feature == "subscribe") out.can_subscribe = true;
    if (feature == "reauth") out.can_reauth = true;
  }
  return out;
}

std::optional<RetryHint> decode_hint(std::string_view reason) {
  return read_hint(reason, std::nullopt);
}

std::optional<RetryHint> decode_going_away(std::string_view frame, const EnvelopeNames& names) {
  return read_hint(frame, names.data);
}

std::optional<Duration> decode_authed(std::string_view frame, const EnvelopeNames& names) {
  std::optional<double> expires_in;
  const std::array<Wanted, 1> wanted = {Wanted{.name = "expiresInMs", .number = &expires_in}};
  if (!MemberReader(names.data, wanted).read(frame)) return std::nullopt;
  return duration_from(expires_in);
}

std::optional<ServerError> decode_server_error(std::string_view frame, const EnvelopeNames& names) {
  std::optional<std::string> code;
  std::optional<std::string> message;
  const std::array<Wanted, 2> wanted = {Wanted{.name = "code", .text = &code},
                                        Wanted{.name = "message", .text = &message}};
  if (!MemberReader(names.data, wanted).read(frame)) return std::nullopt;
  return ServerError{std::move(code).value_or(std::string{}),
                     std::move(message).value_or(std::string{})};
}

std::string quote(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "\"";
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
  return out += '"';
}

}  // namespace keepline

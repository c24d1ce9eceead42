#include "event_decode.hpp"

#include <array>
#include <span>
#include <utility>
#include <vector>

namespace keepline {
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

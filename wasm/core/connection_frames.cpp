// What the frames of a link say: routed, counted, judged; the protocol's own are acted on.
#include <algorithm>
#include <iterator>
#include <utility>

#include "connection.hpp"
#include "frame_judge.hpp"
#include "redact.hpp"
#include "text.hpp"

namespace keepline {
namespace {

constexpr Duration going_away_patience = seconds(30);
constexpr const char* pinged = "ping from the server, answered in kind";

}  // namespace

// The protocol's own messages, in the order of the table below.
enum class Connection::Control : std::uint8_t {
  connected,
  pong,
  ping,
  going_away,
  authed,
  error,
  resumed,
  gap,
  position,
  ack,
  reserved,
  none,
};

namespace {

constexpr std::string_view control_names[] = {
    "connected", "pong",  // everywhere
    "ping",      "going_away", "authed",    "error", "resumed", "gap",
    "position",  "ack",        "subscribe", "auth",  "resume",  // reserved
};

// Where it stands in the list, or its end.
std::ptrdiff_t control_place(std::string_view type) {
  return std::find(std::begin(control_names), std::end(control_names), type) -
         std::begin(control_names);
}

}  // namespace

// What such a server would take for a word of the protocol.
bool Connection::is_reserved(std::string_view type) {
  return control_place(type) != std::ssize(control_names);
}

FrameVerdict Connection::handle_frame(const Instant& now, SocketId socket, const Frame& frame) {
  if (!link_ || link_->socket != socket || !link_->is_open()) return {};
  const Input input(*this, now, is_quiet(now));
  delivery_.type.reset();
  if (frame.total_bytes > options_.max_message_bytes) {
    note_malformed(Malformed::too_large, frame.head, frame.total_bytes);
    count_frame(now);
    return {};
  }
  // Events move no deadline; what the protocol says may.
  if (const BareText text = bare_text(frame.head, frame.complete); text != BareText::none) {
    link_->quiet_until.reset();
    return handle_bare(now, text);
  }
  EnvelopeScratch scratch;
  const Scan scan = scan_envelope(frame.head, frame.complete, options_.names, scratch);
  switch (scan.result) {
    case ScanResult::need_more:
      return {FrameVerdict::Action::need_whole, {}};
    case ScanResult::malformed:
      note_malformed(scan.why, frame.head, frame.total_bytes);
      count_frame(now);
      return {};
    case ScanResult::found:
      break;
  }
  if (const Control control = control_of(scan.envelope.type); control != Control::none) {
    link_->quiet_until.reset();
    return handle_control(now, frame, scan.envelope, control);
  }
  return handle_event(now, frame, scan.envelope);
}

// ---- control messages

FrameVerdict Connection::handle_bare(const Instant& now, BareText text) {
  if (text == BareText::pong) {
    handle_pong(now, {});
  } else {
    log_rarely(now, LogTopic::server_ping, LogLevel::debug, pinged);
    send_text(now, "pong");
  }
  count_frame(now);
  return {};
}

// By name. The first two are the protocol's everywhere; the others only on a link whose server said
// `connected`, and elsewhere they are events like any other. What a client says, or what is
// reserved for later, is read and counted, and delivered to nobody.
Connection::Control Connection::control_of(std::string_view type) const {
  constexpr auto everywhere = static_cast<std::ptrdiff_t>(Control::pong);
  constexpr auto reserved = static_cast<std::ptrdiff_t>(Control::reserved);
  const auto at = control_place(type);
  if (at == std::ssize(control_names) || (at > everywhere && !link_->features))
    return Control::none;
  return static_cast<Control>(std::min(at, reserved));
}

FrameVerdict Connection::handle_control(const Instant& now, const Frame& frame,
                                        const Envelope& envelope, Control control) {
  if (!frame.complete) return {FrameVerdict::Action::need_whole, {}};
  // Control is never parsed by the host: here is where it must prove to be JSON.
  EnvelopeScratch scratch;
  if (const Scan whole = scan_whole(frame.head, options_.names, scratch);
      whole.result != ScanResult::found) {
    note_malformed(whole.why, frame.head, frame.total_bytes);
    count_frame(now);
    return {};
  }
  const ControlData data(frame.head, options_.names.data);
  const std::string_view id = envelope.id(scratch);
  switch (control) {
    case Control::connected:
      handle_connected(now, data);
      return handle_event(now, frame, envelope);
    case Control::pong:
      handle_pong(now, id);
      break;
    case Control::ping:
      log_rarely(now, LogTopic::server_ping, LogLevel::debug, pinged);
      send_control(now, "pong", id, {});
      break;
    case Control::going_away:
      handle_going_away(now, data);
      break;
    case Control::authed:
      link_->renewal.accept();
      plan_renewal(now, data.duration(Member::expires_in));
      break;
    case Control::error:
      handle_error(now, data, id);
      break;
    case Control::resumed:
      handle_resumed(now, data);
      break;
    case Control::gap:
      handle_gap(now, data.position(Member::from), data.position(Member::to), data.gap_reason(),
                 data.duration(Member::spread));
      break;
    case Control::position:
      handle_position(now, data.position(Member::at), read_seq(data.raw(Member::sent)));
      break;
    case Control::ack:
      settle_answered(
          now, id,
          data.raw(Member::outcome) == R"("repeat")" ? SendOutcome::repeated : SendOutcome::done,
          data.raw(Member::result));
      break;
    case Control::reserved:
    case Control::none:
      break;
  }
  count_frame(now);
  return {};
}

void Connection::handle_connected(const Instant& now, const ControlData& data) {
  if (!data.has_string(Member::connection_id)) {
    // Another protocol's word for the same; one that speaks ours must say who is at the other end.
    if (!path_.greets) go_live(now, "connected");
    return;
  }
  if (!link_->features) path_.dial_took = now.monotonic - link_->dialled_at;
  path_.greets = true;
  link_->features = data.features();
  std::string who = data.text(Member::tenant_id);
  who.append("\n").append(data.text(Member::user_id));
  bool changed = false;
  if (who.size() > 1) {
    changed = !who_.link.empty() && who_.link != who;
    if (changed) drop_identity(now);
    who_.link = std::move(who);
  }
  if (changed || !follows()) {
    begin_stream(now, can(Feature::resume) ? data.position(Member::position) : Position{});
  }
  link_->heartbeat.owe_answers();
  plan_renewal(now, data.duration(Member::token_expires_in));
  if (link_->is_live()) {
    announce(now);
    flush(now);
    publish(now);
  } else {
    link_->stage = Stage::synced;
    go_live(now, "connected");
  }
  if (const Duration window = data.duration(Member::ack_window); window >= Duration{0}) {
    path_.ack_window = window;
  }
  const Duration interval = data.duration(Member::heartbeat);
  if (interval >= Duration{0}) link_->heartbeat.set_interval(now.monotonic, interval);
}

void Connection::handle_pong(const Instant& now, std::string_view id) {
  // Ping ids are ours: a counter. Anything else is somebody else's.
  const auto number = static_cast<std::uint32_t>(
      id.empty() ? 0 : std::min<std::uint64_t>(read_seq(id).value_or(UINT32_MAX), UINT32_MAX));
  if (link_->heartbeat.pong_arrived(now.monotonic, number, path_)) log(LogLevel::debug, "pong");
}

// A planned restart: the link is left where no close follows.
void Connection::handle_going_away(const Instant& now, const ControlData& data) {
  if (const auto hint = data.hint()) link_->hint = hint;
  const Duration patience =
      link_->hint ? link_->hint->retry_after + link_->hint->spread : Duration{0};
  link_->at(LinkTimer::leaving) = now.monotonic + patience + going_away_patience;
  log_rarely(now, LogTopic::going_away, LogLevel::info, "the server is going away");
}

void Connection::handle_error(const Instant& now, const ControlData& data, std::string_view id) {
  settle_answered(now, id, SendOutcome::rejected, data.object());
  if (data.object().empty()) return;
  std::string text = "the server reports ";
  text.append(safe_text(data.text(Member::code)))
      .append(": ")
      .append(safe_text(data.text(Member::message)));
  log_rarely(now, LogTopic::server_error, LogLevel::warn, std::move(text));
}

// ---- events

FrameVerdict Connection::handle_event(const Instant& now, const Frame& frame,
                                      const Envelope& envelope) {
  const bool judged = can_judge() && options_.validate != Validate::off;
  bool wanted = routes_.wants(envelope.type);
  // What nobody wants has a place in the stream as well, and it must be known.
  const bool placed = !envelope.raw_seq.empty() && !envelope.raw_id.empty();
  if ((follows() && envelope.cut && !placed) || (wanted && judged && !frame.complete)) {
    return {FrameVerdict::Action::need_whole, {}};
  }
  // Before a `connected` that is owed, nobody knows whose event this is.
  if (link_->stage < Stage::synced && owes_greeting()) wanted = false;
  const SocketId socket = link_->socket;
  count_frame(now);
  // What the frame set off may have ended the link: nothing of an ended link is delivered.
  if (!link_ || link_->socket != socket) {
    ++metrics_.dropped;
    return {};
  }
  if (follows()) {
    const StreamPlace place{read_seq(envelope.raw_seq).value_or(0), mark_of(envelope.raw_id)};
    if (place.seq > 0 && !take_place(now, place)) return {};
  }
  if (!wanted) {
    ++metrics_.dropped;
    return {};
  }
  if (judged && !judge(now, frame, envelope.type)) return {};
  const TypeId type = routes_.intern(envelope.type);
  routes_.count(type, 1);
  ++metrics_.delivered;
  delivery_.type = type;
  if (!type) delivery_.unnamed = envelope.type;
  return {FrameVerdict::Action::deliver, type};
}

// False where the frame must not be delivered.
bool Connection::judge(const Instant& now, const Frame& frame, std::string_view type) {
  const Judgement judgement = judge_frame(frame.head, options_.names);
  switch (judgement.fit) {
    case Fit::valid:
      return true;
    case Fit::malformed:
      note_malformed(judgement.why, frame.head, frame.total_bytes);
      return false;
    case Fit::invalid:
      break;
  }
  ++metrics_.invalid;
  std::string text = safe_text(type);
  text.append(": ")
      .append(safe_text(judgement.path))
      .append(", expected ")
      .append(judgement.expected);
  if (recorder_.invalid.size() < malformed_samples_max) recorder_.invalid.push_back(text);
  log_rarely(now, LogTopic::invalid_payload, LogLevel::warn,
             text.insert(0, "payload does not fit, "));
  return options_.validate == Validate::report;
}

void Connection::undo_delivery() {
  routes_.count(*std::exchange(delivery_.type, std::nullopt), -1);
  --metrics_.delivered;
}

void Connection::handle_frame_refused(const Instant& now, SocketId socket, const Refusal& refusal) {
  if (!link_ || link_->socket != socket) return;
  const Input input(*this, now);
  note_malformed(refusal.why, refusal.head, refusal.total_bytes);
  if (delivery_.type) {
    undo_delivery();
  } else {
    count_frame(now);  // the whole that was asked for could not be had
  }
}

void Connection::note_malformed(Malformed why, std::string_view head, std::size_t total_bytes) {
  ++metrics_.malformed;
  if (recorder_.malformed.size() >= malformed_samples_max) return;
  std::string sample{to_string(why)};
  sample.append(": ").append(sketch_frame(head, total_bytes));
  log(LogLevel::info, std::string{"malformed frame, "}.append(sample));
  recorder_.malformed.push_back(std::move(sample));
}

}  // namespace keepline

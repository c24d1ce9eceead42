#include "catalogue.hpp"

#include <algorithm>
#include <array>

namespace keepline {
namespace {

using enum FieldType;

constexpr auto statuses = std::to_array<std::string_view>(
    {"queued", "ringing", "in-progress", "completed", "busy", "no-answer", "failed", "canceled"});
constexpr auto directions = std::to_array<std::string_view>({"inbound", "outbound"});
constexpr auto recording_statuses =
    std::to_array<std::string_view>({"processing", "completed", "failed", "deleted"});
constexpr auto outcomes = std::to_array<std::string_view>(
    {"answered", "voicemail", "no-answer", "busy", "failed", "canceled"});

constexpr FieldSpec required(std::string_view name, FieldType type, std::string_view doc) {
  return {name, type, false, {}, doc};
}

constexpr FieldSpec optional(std::string_view name, FieldType type, std::string_view doc) {
  return {name, type, true, {}, doc};
}

constexpr FieldSpec one_of(std::string_view name, std::span<const std::string_view> choices,
                           std::string_view doc) {
  return {name, choice, false, choices, doc};
}

constexpr std::string_view call_id_doc = "The call's id.";
constexpr std::string_view session_id_doc = "The parallel dialling session's id.";
constexpr std::string_view line_id_doc = "The line's id within its session.";
constexpr std::string_view import_id_doc = "The import's id.";
constexpr std::string_view call_status_doc = "Where the call stands.";
constexpr std::string_view to_doc = "Callee, E.164 where there is such a number.";

constexpr auto connected = std::to_array<FieldSpec>({
    required("connectionId", text, "The server's id for this connection."),
    required("userId", text, "Whom the token names."),
    required("tenantId", text, "Whose data this user sees."),
    required("serverTime", time, "The server's clock when it sent this."),
    optional("heartbeatMs", count, "Milliseconds between pings that the server asks for."),
    optional("tokenExpiresInMs", count, "Milliseconds until the token expires."),
    optional("features", text_list, "What the server can do: subscribe, reauth."),
});

constexpr auto new_call = std::to_array<FieldSpec>({
    required("callId", text, call_id_doc),
    one_of("direction", directions, "Who called whom, seen from the call centre."),
    required("from", text, "Caller, E.164 where there is such a number."),
    required("to", text, to_doc),
    one_of("status", statuses, call_status_doc),
    optional("contactId", text, "The known contact's id."),
    optional("contactName", text, "The known contact's name."),
    optional("agentId", text, "The agent that the call is for."),
    required("startedAt", time, "When the call began."),
});

constexpr auto call_update = std::to_array<FieldSpec>({
    required("callId", text, call_id_doc),
    one_of("status", statuses, call_status_doc),
    optional("durationSec", count, "Whole seconds so far, or in all once the call has ended."),
    optional("endedAt", time, "When the call ended."),
    optional("agentId", text, "The agent who has the call."),
    optional("disposition", text, "How the agent classed the call."),
});

constexpr auto new_recording = std::to_array<FieldSpec>({
    required("recordingId", text, "The recording's id."),
    required("callId", text, "The recorded call's id."),
    required("durationSec", count, "Whole seconds."),
    required("url", url, "Where the recording can be fetched."),
    required("createdAt", time, "When the recording was made."),
});

constexpr auto recording_update = std::to_array<FieldSpec>({
    required("recordingId", text, "The recording's id."),
    one_of("status", recording_statuses, "Where the recording stands."),
    optional("url", url, "Where the recording can be fetched."),
    optional("transcript", text, "What was said."),
});

constexpr auto parallel_call_started = std::to_array<FieldSpec>({
    required("sessionId", text, session_id_doc),
    required("lineId", text, line_id_doc),
    required("contactId", text, "The contact being called."),
    optional("contactName", text, "The contact's name."),
    required("to", text, to_doc),
    required("startedAt", time, "When the line began to dial."),
});

constexpr auto parallel_call_status = std::to_array<FieldSpec>({
    required("sessionId", text, session_id_doc),
    required("lineId", text, line_id_doc),
    one_of("status", statuses, call_status_doc),
});

constexpr auto parallel_call_connected = std::to_array<FieldSpec>({
    required("sessionId", text, session_id_doc),
    required("lineId", text, line_id_doc),
    required("callId", text, "The call that was answered."),
    required("contactId", text, "The contact who answered."),
    required("connectedAt", time, "When the contact answered."),
});

constexpr auto parallel_call_ended = std::to_array<FieldSpec>({
    required("sessionId", text, session_id_doc),
    required("lineId", text, line_id_doc),
    one_of("outcome", outcomes, "How the line ended."),
    required("durationSec", count, "Whole seconds; 0 where nobody answered."),
});

constexpr auto conference_ready = std::to_array<FieldSpec>({
    required("conferenceId", text, "The conference's id."),
    required("callId", text, "The call that became a conference."),
    required("participants", text_list, "Ids of those in it."),
});

constexpr auto import_progress = std::to_array<FieldSpec>({
    required("importId", text, import_id_doc),
    required("processed", count, "Rows read so far."),
    required("total", count, "Rows in all."),
    required("succeeded", count, "Rows imported so far."),
    required("failed", count, "Rows refused so far."),
});

constexpr auto import_complete = std::to_array<FieldSpec>({
    required("importId", text, import_id_doc),
    required("total", count, "Rows in all."),
    required("succeeded", count, "Rows imported."),
    required("failed", count, "Rows refused."),
    required("durationMs", count, "Milliseconds that the import took."),
});

constexpr auto import_error = std::to_array<FieldSpec>({
    required("importId", text, import_id_doc),
    required("message", text, "What went wrong, for a person."),
    optional("row", count, "The row it is about."),
    optional("code", text, "What went wrong, for a program."),
});

constexpr auto events = std::to_array<EventSpec>({
    {"connected", connected, "The link is up: who it belongs to and what the server can do."},
    {"new_call", new_call, "A call has begun."},
    {"call_update", call_update, "A call has changed."},
    {"new_recording", new_recording, "A recording can be listened to."},
    {"recording_update", recording_update, "A recording has changed."},
    {"parallel_call_started", parallel_call_started, "The parallel dialler has called a contact."},
    {"parallel_call_status", parallel_call_status, "A line of the parallel dialler has changed."},
    {"parallel_call_connected", parallel_call_connected, "A contact has answered on a line."},
    {"parallel_call_ended", parallel_call_ended, "A line of the parallel dialler is free again."},
    {"conference-ready", conference_ready, "A call has become a conference."},
    {"import_progress", import_progress,
     "How far an import is. A state: only the newest of each import matters.", "importId"},
    {"import_complete", import_complete, "An import is done."},
    {"import_error", import_error, "An import, or one row of it, has failed."},
});

static_assert(std::all_of(events.begin(), events.end(), [](const EventSpec& event) {
  return event.fields.size() <= event_fields_max;
}));

// The same without the sentences, for strict decoding: only who calls catalogue() carries them.
constexpr std::size_t field_count = [] {
  std::size_t total = 0;
  for (const EventSpec& event : events) total += event.fields.size();
  return total;
}();

constexpr auto plain_fields = [] {
  std::array<FieldSpec, field_count> out{};
  std::size_t at = 0;
  for (const EventSpec& event : events) {
    for (FieldSpec field : event.fields) {
      field.doc = {};
      out[at++] = field;
    }
  }
  return out;
}();

constexpr auto plain_events = [] {
  auto out = events;
  std::span<const FieldSpec> rest = plain_fields;
  for (EventSpec& event : out) {
    event.doc = {};
    event.fields = rest.first(event.fields.size());
    rest = rest.subspan(event.fields.size());
  }
  return out;
}();

}  // namespace

std::span<const EventSpec> catalogue() { return events; }

const EventSpec* find_event(std::string_view type) {
  const auto found = std::find_if(plain_events.begin(), plain_events.end(),
                                  [type](const EventSpec& event) { return event.type == type; });
  return found == plain_events.end() ? nullptr : &*found;
}

}  // namespace keepline

// The catalogue as data: what the table must hold for decoding and generated types to work.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "catalogue.hpp"
#include "envelope.hpp"

using namespace keepline;

namespace {

// A field as PROTOCOL.md writes it: "durationSec?: int".
std::string written(const FieldSpec& field) {
  std::string out(field.name);
  out += field.optional ? "?: " : ": ";
  switch (field.type) {
    case FieldType::text:
      return out + "string";
    case FieldType::time:
      return out + "time";
    case FieldType::count:
      return out + "int";
    case FieldType::url:
      return out + "url";
    case FieldType::text_list:
      return out + "string[]";
    case FieldType::choice:
      for (const std::string_view choice : field.choices) out.append(choice).append("|");
      out.pop_back();
      return out;
  }
  return out;
}

std::string written(std::string_view type) {
  const EventSpec* const event = find_event(type);
  REQUIRE(event != nullptr);
  std::string out;
  for (const FieldSpec& field : event->fields) out += written(field) + "; ";
  return out.substr(0, out.size() - 2);
}

constexpr const char* statuses =
    "status: queued|ringing|in-progress|completed|busy|no-answer|failed|canceled";

}  // namespace

TEST_SUITE("catalogue") {
  TEST_CASE("it says what the protocol says") {
    const std::string status = statuses;
    CHECK(catalogue().size() == 13);
    CHECK(written("connected") ==
          "connectionId: string; userId: string; tenantId: string; serverTime: time; "
          "heartbeatMs?: int; tokenExpiresInMs?: int; features?: string[]");
    CHECK(written("new_call") ==
          "callId: string; direction: inbound|outbound; from: string; to: string; " + status +
              "; contactId?: string; contactName?: string; agentId?: string; startedAt: time");
    CHECK(written("call_update") ==
          "callId: string; " + status +
              "; durationSec?: int; endedAt?: time; agentId?: string; disposition?: string");
    CHECK(written("new_recording") ==
          "recordingId: string; callId: string; durationSec: int; url: url; createdAt: time");
    CHECK(written("recording_update") ==
          "recordingId: string; status: processing|completed|failed|deleted; url?: url; "
          "transcript?: string");
    CHECK(written("parallel_call_started") ==
          "sessionId: string; lineId: string; contactId: string; contactName?: string; "
          "to: string; startedAt: time");
    CHECK(written("parallel_call_status") == "sessionId: string; lineId: string; " + status);
    CHECK(written("parallel_call_connected") ==
          "sessionId: string; lineId: string; callId: string; contactId: string; "
          "connectedAt: time");
    CHECK(written("parallel_call_ended") ==
          "sessionId: string; lineId: string; "
          "outcome: answered|voicemail|no-answer|busy|failed|canceled; durationSec: int");
    CHECK(written("conference-ready") ==
          "conferenceId: string; callId: string; participants: string[]");
    CHECK(written("import_progress") ==
          "importId: string; processed: int; total: int; succeeded: int; failed: int");
    CHECK(written("import_complete") ==
          "importId: string; total: int; succeeded: int; failed: int; durationMs: int");
    CHECK(written("import_error") == "importId: string; message: string; row?: int; code?: string");
  }

  TEST_CASE("types are unique and fit an envelope, fields are unique within a type") {
    std::set<std::string_view> types;
    for (const EventSpec& event : catalogue()) {
      CHECK(types.insert(event.type).second);
      CHECK(event.type.size() <= type_max_bytes);
      CHECK(event.fields.size() <= event_fields_max);
      std::set<std::string_view> names;
      for (const FieldSpec& field : event.fields) CHECK(names.insert(field.name).second);
    }
  }

  TEST_CASE("every event and field is explained, and only choices list choices") {
    for (const EventSpec& event : catalogue()) {
      CHECK_FALSE(event.doc.empty());
      for (const FieldSpec& field : event.fields) {
        CHECK_FALSE(field.doc.empty());
        CHECK((field.type == FieldType::choice) == !field.choices.empty());
      }
    }
  }

  TEST_CASE("a state names the member that tells its instances apart") {
    for (const EventSpec& event : catalogue()) {
      CHECK(event.state_key.empty() == (event.type != "import_progress"));
      if (event.state_key.empty()) continue;
      const auto key =
          std::find_if(event.fields.begin(), event.fields.end(),
                       [&](const FieldSpec& field) { return field.name == event.state_key; });
      REQUIRE(key != event.fields.end());
      CHECK(key->type == FieldType::text);
      CHECK_FALSE(key->optional);
    }
  }

  TEST_CASE("what decoding finds is the same table without its sentences") {
    for (const EventSpec& event : catalogue()) {
      const EventSpec* const found = find_event(event.type);
      REQUIRE(found != nullptr);
      CHECK(found->doc.empty());
      CHECK(found->state_key == event.state_key);
      REQUIRE(found->fields.size() == event.fields.size());
      for (std::size_t i = 0; i < event.fields.size(); ++i) {
        CHECK(written(found->fields[i]) == written(event.fields[i]));
        CHECK(found->fields[i].doc.empty());
      }
    }
  }

  TEST_CASE("other names are not in it") {
    for (const char* const other : {"", "new_cal", "new_calls", "NEW_CALL", "__proto__", "pong"}) {
      CHECK(find_event(other) == nullptr);
    }
  }
}

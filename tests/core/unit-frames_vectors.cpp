// Every frame of the specification, against the scan that routes and the judgement that is strict.
#include <doctest/doctest.h>

#include <string>

#include "control_data.hpp"
#include "frame_judge.hpp"
#include "scans.hpp"
#include "vectors.hpp"

using namespace keepline;
using nlohmann::json;
using test::OwnedScan;
using test::Reading;
using test::scan;

namespace {

void check_event(const std::string& frame, const json& event) {
  const OwnedScan got = scan(frame);
  CHECK(got.result == ScanResult::found);
  CHECK(got.type == event["type"].get<std::string>());
  if (event.contains("seq")) {
    CHECK(got.seq.has_value() == event["seq"].is_number());
    if (got.seq && event["seq"].is_number()) CHECK(*got.seq == event["seq"].get<std::uint64_t>());
  }
  const Judgement judged = judge_frame(frame, EnvelopeNames{});
  CHECK(judged.fit == (event["strict"] == "valid" ? Fit::valid : Fit::invalid));
  CHECK(judged.path == event.value("path", ""));
  CHECK(judged.expected.empty() == (judged.fit == Fit::valid));
}

void check_control(const std::string& frame, const std::string& type) {
  if (bare_text(frame, true) == BareText::pong) {
    CHECK(type == "pong");
    return;
  }
  CHECK(scan(frame).type == type);
  CHECK(is_json_object(frame));
  if (type == "going_away") {
    CHECK(ControlData(frame, "data").hint() == RetryHint{milliseconds(500), milliseconds(10000)});
  }
  if (type == "connected") {
    const ControlData data(frame, "data");
    CHECK(data.text(Member::connection_id) == "k");
    CHECK(data.text(Member::user_id) == "u");
    CHECK(data.text(Member::tenant_id) == "t");
    CHECK(data.features() == Features{});
  }
}

// A frame may be routed by its head before what is wrong with it was seen; the whole reading, and
// so the judgement, must not take it.
void check_malformed(const std::string& frame) {
  CHECK(bare_text(frame, true) == BareText::none);
  CHECK(scan(frame, Reading::whole).result == ScanResult::malformed);
  CHECK(judge_frame(frame, EnvelopeNames{}).fit == Fit::malformed);
}

}  // namespace

TEST_SUITE("frames of the specification") {
  TEST_CASE("events, control messages and malformed frames are told apart") {
    for (const json& vector : test::vectors("frames.json")) {
      const auto frame = vector["frame"].get<std::string>();
      CAPTURE(frame);
      if (vector.contains("event")) check_event(frame, vector["event"]);
      if (vector.contains("control")) check_control(frame, vector["control"].get<std::string>());
      if (vector.contains("malformed")) check_malformed(frame);
    }
  }
}

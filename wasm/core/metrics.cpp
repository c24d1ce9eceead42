#include "metrics.hpp"

#include <limits>

namespace keepline {
namespace {

double or_nan(std::optional<double> value) {
  return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

double count(std::uint64_t value) { return static_cast<double>(value); }

using M = const Metrics&;
constexpr MetricRow table[] = {
    {"quality.rttMs", true, "Last round trip, ms.", [](M m) { return or_nan(m.quality.rtt_last); }},
    {"quality.rttP50Ms", true, "Median of the last 50 round trips, ms.",
     [](M m) { return or_nan(m.quality.rtt_p50); }},
    {"quality.rttP95Ms", true, "95th percentile of the last 50 round trips, ms.",
     [](M m) { return or_nan(m.quality.rtt_p95); }},
    {"quality.jitterMs", true, "Interarrival jitter (RFC 3550, 6.4.1), ms.",
     [](M m) { return or_nan(m.quality.jitter); }},
    {"quality.loss", true, "Share of the last 20 pings that went unanswered, 0 to 1.",
     [](M m) { return or_nan(m.quality.loss); }},
    {"queued.messages", false, "Messages waiting for a usable link.",
     [](M m) { return count(m.queued_messages); }},
    {"queued.bytes", false, "Their size on the wire, bytes.",
     [](M m) { return count(m.queued_bytes); }},
    {"sent", false, "Messages of the application handed to an open, usable socket.",
     [](M m) { return count(m.sent); }},
    {"frames", false, "Frames that arrived, of every kind.", [](M m) { return count(m.received); }},
    {"delivered", false, "Events handed to subscribers.", [](M m) { return count(m.delivered); }},
    {"dropped", false, "Events that nobody subscribed to.", [](M m) { return count(m.dropped); }},
    {"malformed", false, "Frames that were no message at all.",
     [](M m) { return count(m.malformed); }},
    {"invalid", false, "Payloads that did not fit their type, where `validate` is on.",
     [](M m) { return count(m.invalid); }},
    {"dials", false, "Sockets opened.", [](M m) { return count(m.dials); }},
    {"unconfirmed", false, "Bytes handed over and still unsent when a link died.",
     [](M m) { return count(m.unconfirmed); }},
    {"lastMessageAt", true, "When the last frame arrived, ms since the epoch.",
     [](M m) { return or_nan(m.last_message_at); }},
    {"sleptMs", false, "Length of the last sleep that was noticed, ms.",
     [](M m) { return m.slept; }},
    {"uptimeMs", false, "How long the present link has been usable, ms.",
     [](M m) { return m.uptime; }},
    {"timeToUsableMs", true, "From the dial of the last link to usable, ms.",
     [](M m) { return or_nan(m.time_to_usable); }},
};

}  // namespace

std::span<const MetricRow> metric_table() { return table; }

}  // namespace keepline

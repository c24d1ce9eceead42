// What the driver may ask of the JavaScript that made it: one imported function each.
//
// Implemented by host_library.js, which passes the calls on to the `host` object of the module, one
// module instance to a connection. None of them throws and none runs application code: the host
// notes what it is told and acts after keepline_host_drained(), which is always the last call.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

// The status() of the binding has changed.
void keepline_host_status_changed();
void keepline_host_request_token(std::uint32_t request, bool force_refresh, int attempt);
void keepline_host_abandon_token(std::uint32_t request);
// `outcome` and `level` are the numbers of output.hpp's SendOutcome and options.hpp's LogLevel;
// `at_ms` and `sent_at_ms` are wall-clock ms; the last three are of messages that wait for the
// server's word: when they were sent first, their id, and JSON, or empty.
void keepline_host_settle(std::uint32_t message, std::uint32_t outcome, double at_ms,
                          double sent_at_ms, const char* id, const char* detail);
void keepline_host_identity_changed();
// `missed` and `reason` are the numbers of output.hpp's Missed and resume.hpp's GapReason.
void keepline_host_reconnected(double down_ms, bool identity_changed, std::uint32_t missed);
// Positions; empty where there is none.
void keepline_host_gap(const char* from, const char* to, std::uint32_t reason, double spread_ms);
void keepline_host_log(std::uint32_t level, const char* text);
// The next value of what is reported (report.hpp); NaN where there is none.
void keepline_host_say_number(double value);
void keepline_host_say_text(const char* text, std::size_t size);
// Everything is told. The host may destroy the driver in this call.
void keepline_host_drained();

}  // extern "C"
